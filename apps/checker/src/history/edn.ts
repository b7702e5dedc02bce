/**
 * A reader of EDN, the notation of Clojure and so of Jepsen's histories: as much of it as histories use. Keywords and
 * symbols become strings without their colon, maps become objects, lists, vectors and sets become arrays, and a tag such as
 * `#jepsen.history.Op` is passed over. O(length). See https://github.com/edn-format/edn.
 * @throws SyntaxError that says what was found and where.
 */
export function parseEdn(text: string): unknown[] {
  const reader = new EdnReader(text);
  const forms: unknown[] = [];
  while (reader.hasMore()) forms.push(reader.form());
  return forms;
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "#{": "}" };
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\" };
/** Deeper than any history, and shallow enough for the call stack. */
const deepest = 200;

class EdnReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  hasMore(): boolean {
    this.#skipBlanks();
    return this.#at < this.#text.length;
  }

  form(): unknown {
    if (!this.hasMore()) throw new SyntaxError("the text ends within a form");
    const start = this.#text[this.#at] as string;
    if (start === '"') return this.#string();
    if (start === "(" || start === "[") return this.#sequence(start);
    if (start === "{") return toObject(this.#sequence("{"));
    if (start === "#") {
      if (this.#text[this.#at + 1] === "{") return this.#sequence("#{");
      this.#at += 1;
      const tag = this.#token();
      const tagged = this.form();
      // #_ throws away the form after it.
      return tag === "_" ? this.form() : tagged;
    }
    if (start === "\\") {
      this.#at += 1;
      return this.#token();
    }
    return atom(this.#token());
  }

  #sequence(open: string): unknown[] {
    this.#depth += 1;
    if (this.#depth > deepest) throw new SyntaxError(`brackets are nested more than ${deepest} deep`);
    this.#at += open.length;
    const items: unknown[] = [];
    while (true) {
      if (!this.hasMore()) throw new SyntaxError(`"${open}" is never closed by "${closing[open]}"`);
      if (this.#text[this.#at] === closing[open]) break;
      items.push(this.form());
    }
    this.#at += 1;
    this.#depth -= 1;
    return items;
  }

  #string(): string {
    let value = "";
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at] as string;
      if (char === '"') {
        this.#at += 1;
        return value;
      }
      if (char !== "\\") value += char;
      else {
        this.#at += 1;
        const escaped = this.#text[this.#at] ?? "";
        value += escapes[escaped] ?? escaped;
      }
    }
    throw new SyntaxError("a string is never closed");
  }

  #token(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !/[\s,()[\]{}";]/.test(this.#text[this.#at] as string)) this.#at += 1;
    if (this.#at === start) throw new SyntaxError(`"${this.#text[start] ?? "the end"}" was not expected here`);
    return this.#text.slice(start, this.#at);
  }

  /** Commas are blanks in EDN, and a semicolon begins a comment. */
  #skipBlanks(): void {
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] as string;
      if (char === ";") {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else if (!/[\s,]/.test(char)) return;
      this.#at += 1;
    }
  }
}

function toObject(items: unknown[]): Record<string, unknown> {
  if (items.length % 2 === 1) throw new SyntaxError("a map has a key without a value");
  const object: Record<string, unknown> = Object.create(null);
  for (let index = 0; index < items.length; index += 2) object[String(items[index])] = items[index + 1];
  return object;
}

function atom(token: string): unknown {
  if (token === "nil") return null;
  if (token === "true") return true;
  if (token === "false") return false;
  if (token.startsWith(":")) return token.slice(1);
  if (/^[+-]?\d+N?$/.test(token)) return Number.parseInt(token, 10);
  if (/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?M?$/.test(token)) return Number.parseFloat(token);
  return token;
}
