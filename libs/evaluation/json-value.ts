import { AppError } from '#base/errors.js';

/**
 * A value of a parsed JSON file together with its place in it, for files that other programs wrote: what is wrong is said with file and
 * field, as in `truth.json: annotations[3].area is "large"; it must be a number`.
 */
export class JsonValue {
  private readonly value: unknown;
  private readonly file: string;
  private readonly path: string;

  constructor(value: unknown, file: string, path = '') {
    this.value = value;
    this.file = file;
    this.path = path;
  }

  /** @throws AppError `invalid-input` that says at which character the text stops being JSON, as far as the parser tells. */
  static parse(text: string, file: string): JsonValue {
    try {
      return new JsonValue(JSON.parse(text), file);
    } catch (cause) {
      throw new AppError('invalid-input', `${file} is not JSON: ${cause instanceof Error ? cause.message : ''}`, {
        cause,
      });
    }
  }

  /** A field that has to be there. */
  field(name: string): JsonValue {
    const path = this.path === '' ? name : `${this.path}.${name}`;
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) this.refuse('an object');
    const found: unknown = Reflect.get(this.value, name);
    if (found === undefined) throw new AppError('invalid-input', `${this.file}: ${path} is missing`);
    return new JsonValue(found, this.file, path);
  }

  /** A field that may be missing; null where it is, or where it is null. */
  optional(name: string): JsonValue | null {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) this.refuse('an object');
    const found: unknown = Reflect.get(this.value, name);
    if (found === undefined || found === null) return null;
    return new JsonValue(found, this.file, this.path === '' ? name : `${this.path}.${name}`);
  }

  /** The same value, with a further place in the file for what is said of it, such as `frame 12`. */
  about(place: string): JsonValue {
    return new JsonValue(this.value, `${this.file}, ${place}`, this.path);
  }

  list(): readonly JsonValue[] {
    if (!Array.isArray(this.value)) return this.refuse('a list');
    return this.value.map((entry: unknown, at) => new JsonValue(entry, this.file, `${this.path}[${at}]`));
  }

  number(): number {
    return typeof this.value === 'number' && Number.isFinite(this.value) ? this.value : this.refuse('a number');
  }

  /** A whole number. */
  id(): number {
    return Number.isSafeInteger(this.value) ? this.number() : this.refuse('a whole number');
  }

  isNumber(): boolean {
    return typeof this.value === 'number';
  }

  /** Whether the value is `true`; other programs also write 1. */
  isTrue(): boolean {
    return this.value === true || this.value === 1;
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.refuse('text');
  }

  numbers(count: number): readonly number[] {
    const wanted = `a list of ${count} numbers`;
    if (!Array.isArray(this.value) || this.value.length !== count) return this.refuse(wanted);
    return this.value.map((entry: unknown) =>
      typeof entry === 'number' && Number.isFinite(entry) ? entry : this.refuse(wanted),
    );
  }

  /** @throws AppError `invalid-input` that names file, field, value and what it must be. */
  refuse(wanted: string): never {
    const text = JSON.stringify(this.value);
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    const place = this.path === '' ? this.file : `${this.file}: ${this.path}`;
    throw new AppError('invalid-input', `${place} is ${shown}; it must be ${wanted}`);
  }
}
