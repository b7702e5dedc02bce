/**
 * An error that the user can fix. The message is one or two sentences and includes the remedy. It is shown without a stack
 * trace.
 */
export class StackError extends Error {
  override readonly name = "StackError";
}
