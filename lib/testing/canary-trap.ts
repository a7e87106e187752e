import { randomBytes } from "node:crypto";

/** A text that nobody may ever see, by its name, and all that was written, by where: in the end no such text is in any of it. */
export class CanaryTrap {
  readonly #secrets = new Map<string, string>();
  readonly #written = new Map<string, string>();

  /** One that the caller has, or that is made up here. */
  canary(name: string, text = `canary-${randomBytes(9).toString("hex")}`): string {
    this.#secrets.set(name, text);
    return text;
  }

  get size(): number {
    return this.#secrets.size;
  }

  note(place: string, text: string): void {
    this.#written.set(place, (this.#written.get(place) ?? "") + text);
  }

  read(place: string): string {
    return this.#written.get(place) ?? "";
  }

  /** `secret: place` of each that came out, as it is or in another form. */
  escaped(): string[] {
    return [...this.#secrets].flatMap(([name, secret]) => {
      const forms = formsOf(secret);
      return [...this.#written].flatMap(([place, text]) =>
        forms.some((form) => text.includes(form)) ? [`${name}: ${place}`] : [],
      );
    });
  }
}

/** As it is, in an address, in hex and in base64, also within a longer text. */
const formsOf = (secret: string): string[] => {
  const bytes = Buffer.from(secret, "utf8");
  const raw = /^[A-Za-z0-9+/]{43}=$/.test(secret) ? [Buffer.from(secret, "base64").toString("hex")] : [];
  // Within a longer text the beginning and end of base64 differ.
  const inside = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [...new Set([secret, encodeURIComponent(secret), bytes.toString("hex"), ...inside, ...raw])];
};
