// How a reader of foreign bytes stands up to very many inputs: nothing may be thrown that is no refusal, nothing may take
// long, and nothing wrong may be accepted.

type InputVerdict = "refused" | "accepted" | "wrong";

export interface SurveyedReader {
  /** Makes one input: random, or a sound one that was damaged. */
  readonly input: (chance: Chance, kind: Kind) => Buffer;
  /** Reads it and judges what came of it. Whatever is thrown is a crash. */
  readonly read: (bytes: Buffer) => () => InputVerdict;
}

export type Kind = "random" | "damaged";

export interface Survey {
  readonly inputs: number;
  readonly accepted: number;
  readonly crashes: string[];
  readonly wrong: string[];
  /** Took longer than 50 ms each of three times. */
  readonly slow: string[];
  readonly slowestMs: number;
}

const SLOW_MS = 50;

/** @param runs inputs of each kind */
export function survey(reader: SurveyedReader, kind: Kind, runs: number): Survey {
  const chance = new Chance(kind === "random" ? 1 : 2);
  const found = { accepted: 0, crashes: [] as string[], wrong: [] as string[], slow: [] as string[], slowestMs: 0 };
  for (let run = 0; run < runs; run++) {
    const bytes = reader.input(chance, kind);
    const shown = bytes.subarray(0, 300).toString("latin1");
    try {
      const [verdict, ms] = timed(reader, bytes);
      if (verdict === "accepted") found.accepted++;
      if (verdict === "wrong") found.wrong.push(shown);
      if (ms > SLOW_MS && timed(reader, bytes)[1] > SLOW_MS && timed(reader, bytes)[1] > SLOW_MS)
        found.slow.push(shown);
      found.slowestMs = Math.max(found.slowestMs, ms);
    } catch (cause) {
      found.crashes.push(`${String(cause)}: ${shown}`);
    }
  }
  return { inputs: runs, ...found };
}

/** Only the reader's time counts, not the judge's. */
function timed({ read }: SurveyedReader, bytes: Buffer): [InputVerdict, number] {
  const since = performance.now();
  const judge = read(bytes);
  const ms = performance.now() - since;
  return [judge(), ms];
}

/** Numbers that a seed decides (mulberry32), so that every run sees the same inputs. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  pick<Thing>(things: readonly Thing[]): Thing {
    const thing = things[this.below(things.length)];
    if (thing === undefined) throw new Error("nothing to pick from");
    return thing;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  /** Pieces in a row, of which both sound and broken texts come together. */
  soup(pieces: readonly string[], piecesMax: number): string {
    return Array.from({ length: this.below(piecesMax + 1) }, () => this.pick(pieces)).join("");
  }

  /** One to four wounds: something cut out, doubled, put in, turned over, or the rest missing. */
  damage(sound: Buffer, pieces: readonly string[]): Buffer {
    let bytes = sound;
    for (let wound = 0; wound <= this.below(4); wound++) bytes = this.#wound(bytes, pieces);
    return bytes;
  }

  #wound(bytes: Buffer, pieces: readonly string[]): Buffer {
    const at = this.below(bytes.length + 1);
    const before = bytes.subarray(0, at);
    const length = this.below(24);
    switch (this.below(6)) {
      case 0:
        return Buffer.concat([before, bytes.subarray(at + length)]);
      case 1:
        return Buffer.concat([before, bytes.subarray(at, at + length), bytes.subarray(at)]);
      case 2:
        return Buffer.concat([before, Buffer.from(this.pick(pieces)), bytes.subarray(at)]);
      case 3:
        return Buffer.concat([before, Buffer.from([this.below(256)]), bytes.subarray(at + 1)]);
      case 4:
        return Buffer.concat([before, Buffer.from(String.fromCodePoint(this.below(0xd800))), bytes.subarray(at)]);
      default:
        return this.below(4) === 0 ? before : Buffer.concat([bytes.subarray(at), before]);
    }
  }
}
