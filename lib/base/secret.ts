const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** A value that prints as `[secret]` wherever it is logged, joined, serialised or inspected. Only `reveal()` gives it out. */
export class Secret<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [INSPECT](): string {
    return "[secret]";
  }
}
