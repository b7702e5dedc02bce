/** Something that is no history, or not one that the model understands. The message says what was expected. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
  /** The line of the file, or the place of the event in its list, from 1. */
  readonly line?: number;

  constructor(message: string, line?: number, options?: ErrorOptions) {
    super(line === undefined ? message : `line ${line}: ${message}`, options);
    this.line = line;
  }
}
