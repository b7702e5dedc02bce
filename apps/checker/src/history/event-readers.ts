import { EdnParser, EndOfText } from "./edn.ts";
import { show } from "./event.ts";
import { HistoryError } from "./history-error.ts";

/** A value that should be an event, and the line on which it begins. */
export interface Raw {
  readonly value: unknown;
  readonly line: number;
}

/** Reads the events of one form of file, as their text arrives. Memory: one event. */
export interface EventReader {
  /** The line that is being read, from 1. */
  readonly line: number;
  /** @throws HistoryError with the line and what was expected. */
  read(text: string): Raw[];
  /** The text has ended. */
  end(): Raw[];
}

export type FileForm = "json-lines" | "json-array" | "edn";

const jsonExample = '{"time":0,"process":0,"type":"invoke","f":"read"}';
const ednExample = "{:time 0, :process 0, :type :invoke, :f :read, :value nil}";

/** How a sentence about a wrong file ends. */
export const expectedForm: Readonly<Record<FileForm | "any", string>> = {
  "json-lines": `one JSON object a line was expected, such as ${jsonExample}`,
  "json-array": `an array of JSON objects was expected, such as [${jsonExample}]`,
  edn: `one map for each event was expected, such as ${ednExample}`,
  any: `one JSON object a line, a JSON array of them, or Jepsen's EDN was expected, such as ${jsonExample} or ${ednExample}`,
};

/** In characters. A longer event is none, and would fill the memory. */
const longest = 1_000_000;
const deepest = 200;

const tooLong = (what: string, line: number, form: FileForm) =>
  new HistoryError(`the ${what} has more than a million characters; ${expectedForm[form]}`, line);

/** One JSON object a line; blank lines are passed over. */
export class JsonLines implements EventReader {
  #number = 0;
  #rest = "";

  get line(): number {
    return this.#number + 1;
  }

  read(text: string): Raw[] {
    const pieces = (this.#rest + text).split("\n");
    this.#rest = pieces.pop() as string;
    const raws: Raw[] = [];
    for (const piece of pieces) {
      this.#number += 1;
      if (piece.trim() !== "") raws.push(parseJson(piece, this.#number, "json-lines"));
    }
    if (this.#rest.length > longest) throw tooLong("line", this.line, "json-lines");
    return raws;
  }

  end(): Raw[] {
    return this.#rest.trim() === "" ? [] : [parseJson(this.#rest, this.line, "json-lines", "the last line is torn: ")];
  }
}

/** `[{…}, {…}]`, on as many lines as it likes. */
export class JsonArray implements EventReader {
  line = 1;
  #place: "before" | "within" | "after" = "before";
  #text = "";
  #at = 0;
  /** Where the event that is being read begins, in the text and as a line. */
  #start = -1;
  #startLine = 1;
  #depth = 0;
  #isString = false;
  /** After a comma. */
  #needsEvent = false;

  read(text: string): Raw[] {
    this.#text += text;
    const raws: Raw[] = [];
    for (; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at] as string;
      if (char === "\n") this.line += 1;
      if (this.#isString) {
        // An escape that the piece of text cuts in two is read with the next piece.
        if (char === "\\" && this.#at + 1 === this.#text.length) break;
        if (char === "\\") this.#at += 1;
        else if (char === '"') this.#isString = false;
      } else if (char.trim() !== "" && char !== "\uFEFF") this.#take(char, raws);
    }
    if (this.#start < 0) this.#forget(this.#at);
    else if (this.#text.length - this.#start > longest) throw tooLong("event", this.#startLine, "json-array");
    else this.#forget(this.#start);
    return raws;
  }

  end(): Raw[] {
    if (this.#place !== "after") {
      throw new HistoryError(
        `the file ends before the array is closed by "]"; ${expectedForm["json-array"]}`,
        this.line,
      );
    }
    return [];
  }

  #take(char: string, raws: Raw[]): void {
    if (this.#place === "before") {
      this.#place = "within";
      return;
    }
    if (this.#place === "after") throw this.#wrong(`${show(char)} comes after the end of the array`);
    if (this.#depth === 0 && (char === "," || char === "]")) {
      const isEmpty = char === "]" && !this.#needsEvent;
      if (this.#start >= 0) {
        raws.push(parseJson(this.#text.slice(this.#start, this.#at), this.#startLine, "json-array"));
      } else if (!isEmpty) throw this.#wrong(`an event is missing before "${char}"`);
      this.#start = -1;
      this.#needsEvent = char === ",";
      if (char === "]") this.#place = "after";
      return;
    }
    if (this.#start < 0) {
      this.#start = this.#at;
      this.#startLine = this.line;
    }
    if (char === '"') this.#isString = true;
    else if (char === "{" || char === "[") this.#depth += 1;
    else if (char === "}" || char === "]") this.#depth -= 1;
    if (this.#depth < 0) throw this.#wrong(`"${char}" was not expected here`);
  }

  #wrong(what: string): HistoryError {
    return new HistoryError(`${what}; ${expectedForm["json-array"]}`, this.line);
  }

  #forget(length: number): void {
    this.#text = this.#text.slice(length);
    this.#at -= length;
    this.#start = this.#start < 0 ? -1 : this.#start - length;
  }
}

/** Maps one after the other, or all of them in one pair of brackets. */
export class EdnEvents implements EventReader {
  line = 1;
  #bracket: "none yet" | "[" | "(" | "without" | "closed" = "none yet";
  #rest = "";
  /** A form that did not end yet is tried again when there is twice as much of it, so that small pieces cost no more. */
  #tryAt = 0;

  read(text: string): Raw[] {
    this.#rest += text;
    if (this.#rest.length < this.#tryAt) return [];
    const raws = this.#take(false);
    if (this.#rest.length > longest) throw tooLong("event", this.line, "edn");
    this.#tryAt = Math.min(this.#rest.length * 2, longest);
    return raws;
  }

  end(): Raw[] {
    const raws = this.#take(true);
    if (this.#bracket === "[" || this.#bracket === "(") throw this.#wrong("the file ends before its bracket is closed");
    return raws;
  }

  #take(isWhole: boolean): Raw[] {
    const text = this.#rest;
    const parser = new EdnParser(text, isWhole);
    const raws: Raw[] = [];
    let done = 0;
    const move = () => {
      this.line += lineBreaks(text, done, parser.at);
      done = parser.at;
    };
    try {
      while (parser.hasMore()) {
        move();
        const char = text[parser.at] as string;
        const isClosing = (this.#bracket === "[" && char === "]") || (this.#bracket === "(" && char === ")");
        if (this.#bracket === "none yet" && (char === "[" || char === "(")) {
          this.#bracket = char;
          parser.skip();
        } else if (isClosing) {
          this.#bracket = "closed";
          parser.skip();
        } else if (this.#bracket === "closed") {
          throw new SyntaxError(`${show(char)} comes after the bracket that closes the history`);
        } else {
          if (this.#bracket === "none yet") this.#bracket = "without";
          const { line } = this;
          raws.push({ value: parser.form(), line });
        }
        move();
      }
      move();
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const mayGoOn = error instanceof EndOfText && !isWhole;
      if (!mayGoOn) throw this.#wrong(`this is no EDN: ${error.message}`, error);
    }
    this.#rest = text.slice(done);
    return raws;
  }

  #wrong(what: string, cause?: Error): HistoryError {
    return new HistoryError(`${what}; ${expectedForm.edn}`, this.line, { cause });
  }
}

function lineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

function parseJson(text: string, line: number, form: FileForm, torn = ""): Raw {
  if (isDeep(text)) throw new HistoryError(`values are nested more than ${deepest} deep; ${expectedForm[form]}`, line);
  try {
    return { value: JSON.parse(text), line };
  } catch (cause) {
    const what = torn ? `${torn}${show(text.trim())}` : `${show(text.trim())} is no JSON`;
    throw new HistoryError(`${what}; ${expectedForm[form]}`, line, { cause });
  }
}

/** Whether brackets are nested too deep for recursive code that works with the value. O(length). */
function isDeep(text: string): boolean {
  if (text.length < 2 * deepest) return false;
  let depth = 0;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/g)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}
