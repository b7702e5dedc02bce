/**
 * A reader of EDN, the notation of Clojure and so of Jepsen's histories. Keywords and symbols become strings without their
 * colon, maps become objects, lists, vectors and sets become arrays (a set's in one order, whatever the file's), and a tag
 * such as `#jepsen.history.Op` is passed over. Numbers that a double cannot hold, and ratios, stay text, so that different
 * ones stay different. O(length). See https://github.com/edn-format/edn.
 * @throws SyntaxError that says what was found.
 */
export function parseEdn(text: string): unknown[] {
  const parser = new EdnParser(text, true);
  const forms: unknown[] = [];
  while (parser.hasMore()) forms.push(parser.form());
  return forms;
}

/** The text ended within a form. More of it may follow. */
export class EndOfText extends SyntaxError {
  override readonly name = "EndOfText";
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "#{": "}" };
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
const namedChars: Readonly<Record<string, string>> = {
  newline: "\n",
  space: " ",
  tab: "\t",
  return: "\r",
  formfeed: "\f",
  backspace: "\b",
};
const symbolicValues: Readonly<Record<string, number>> = {
  Inf: Number.POSITIVE_INFINITY,
  "-Inf": Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};
/** Deeper than any history, and shallow enough for the call stack. */
const deepest = 200;

/** Reads one form after the other from a text, which may be the first part of a longer one. */
export class EdnParser {
  readonly #text: string;
  readonly #isWhole: boolean;
  #at = 0;
  #depth = 0;

  constructor(text: string, isWhole: boolean) {
    this.#text = text;
    this.#isWhole = isWhole;
  }

  /** How far the text was read. */
  get at(): number {
    return this.#at;
  }

  /** Passes over one character that is read by somebody else: the bracket around a whole history. */
  skip(): void {
    this.#at += 1;
  }

  /** Passes over blanks, commas, comments and forms thrown away by `#_`. @returns whether anything comes after them. */
  hasMore(): boolean {
    while (true) {
      this.#match(/[\s,\uFEFF]+/y);
      const char = this.#text[this.#at];
      if (char === ";") {
        this.#match(/;[^\n]*/y);
        if (this.#isCut()) throw new EndOfText("the text ends within a comment");
      } else if (char === "#" && this.#text[this.#at + 1] === "_") {
        this.#at += 2;
        this.#nested(() => this.form());
      } else return char !== undefined;
    }
  }

  /** @throws EndOfText where the form is not complete. */
  form(): unknown {
    if (!this.hasMore()) throw new EndOfText("the text ends within a form");
    const start = this.#text[this.#at] as string;
    if (start === '"') return this.#string();
    if (start === "(" || start === "[") return this.#sequence(start);
    if (start === "{") return toObject(this.#sequence("{"));
    if (start === "#") return this.#dispatch();
    if (start === "\\") return this.#char();
    return atom(this.#token());
  }

  #dispatch(): unknown {
    const second = this.#text[this.#at + 1];
    if (second === "{") return this.#sequence("#{").sort(byText);
    this.#at += 1;
    // A regular expression is no EDN, and Clojure prints it all the same.
    if (second === '"') return this.#string();
    if (second === "#") {
      this.#at += 1;
      const name = this.#token();
      if (!Object.hasOwn(symbolicValues, name)) throw new SyntaxError(`"##${name}" is no value`);
      return symbolicValues[name];
    }
    const tag = this.#token();
    const tagged = this.#nested(() => this.form());
    return tag.startsWith(":") && isMap(tagged) ? qualified(tagged, tag.slice(1)) : tagged;
  }

  #sequence(open: string): unknown[] {
    this.#at += open.length;
    return this.#nested(() => {
      const items: unknown[] = [];
      while (true) {
        if (!this.hasMore()) throw new EndOfText(`"${open}" is never closed by "${closing[open]}"`);
        if (this.#text[this.#at] === closing[open]) break;
        items.push(this.form());
      }
      this.#at += 1;
      return items;
    });
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > deepest) throw new SyntaxError(`forms are nested more than ${deepest} deep`);
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #string(): string {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1;
    if (end >= this.#text.length) throw new EndOfText("a string is never closed");
    const quoted = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    if (!quoted.includes("\\")) return quoted;
    return quoted.replace(
      /\\(?:u([0-9a-fA-F]{4})|([0-7]{1,3})|([\s\S]))/g,
      (_, hex?: string, octal?: string, other = "") => {
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
        return escapes[other] ?? other;
      },
    );
  }

  /** What follows the backslash may be a bracket or a semicolon, which end any other token. */
  #char(): string {
    const name = this.#match(/\\[\s\S][^\s,()[\]{}";\\]*/y)?.slice(1);
    if (name === undefined || this.#isCut()) throw new EndOfText("the text ends within a character");
    if (/^u[0-9a-fA-F]{4}$/.test(name)) return String.fromCharCode(Number.parseInt(name.slice(1), 16));
    return namedChars[name] ?? name;
  }

  #token(): string {
    const token = this.#match(/[^\s,()[\]{}";]+/y);
    if (this.#isCut() || (token === undefined && this.#at === this.#text.length)) {
      throw new EndOfText("the text ends within a form");
    }
    if (token === undefined) throw new SyntaxError(`"${this.#text[this.#at]}" was not expected here`);
    return token;
  }

  /** Whether what was just read may go on in the text that follows. */
  #isCut(): boolean {
    return !this.#isWhole && this.#at === this.#text.length;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toObject(items: unknown[]): Record<string, unknown> {
  if (items.length % 2 === 1) throw new SyntaxError("a map has a key without a value");
  const object: Record<string, unknown> = Object.create(null);
  for (let index = 0; index < items.length; index += 2) {
    const key = items[index];
    object[typeof key === "object" ? JSON.stringify(key) : String(key)] = items[index + 1];
  }
  return object;
}

/** `#:lock{:name 1}` is how Clojure prints `{:lock/name 1}`. */
function qualified(map: Record<string, unknown>, namespace: string): Record<string, unknown> {
  const entries = Object.entries(map).map(([key, value]): [string, unknown] => {
    if (key.startsWith("_/")) return [key.slice(2), value];
    return [key.includes("/") ? key : `${namespace}/${key}`, value];
  });
  return toObject(entries.flat());
}

/** A set has no order, and equal ones must be equal arrays. */
function byText(one: unknown, other: unknown): number {
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function atom(token: string): unknown {
  if (token === "nil") return null;
  if (token === "true") return true;
  if (token === "false") return false;
  if (token.startsWith(":")) return token.slice(1);
  if (/^[+-]?\d+N?$/.test(token)) {
    const integer = Number.parseInt(token, 10);
    return Number.isSafeInteger(integer) ? integer : token.replaceAll(/^\+|N$/g, "");
  }
  if (/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?M?$/.test(token)) {
    const isExact = token.endsWith("M") && token.replaceAll(/\D/g, "").length > 15;
    return isExact ? token : Number.parseFloat(token);
  }
  return token;
}
