/**
 * Something that a person at the terminal can put right. The message is one or two whole sentences and names the remedy,
 * so it is shown without a stack trace.
 */
export class StackError extends Error {
  override readonly name = "StackError";
}
