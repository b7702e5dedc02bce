/** Why a solution cannot be judged. The message says what happened, and `next` what to do. */
export class CannotJudge extends Error {
  override readonly name = "CannotJudge";
  readonly code: CannotJudgeCode;
  readonly next: string;

  constructor(code: CannotJudgeCode, message: string, next: string) {
    super(message);
    this.code = code;
    this.next = next;
  }
}

export type CannotJudgeCode =
  | "NO_FILE"
  | "DOES_NOT_COMPILE"
  | "NO_CHECKOUT"
  | "DOES_NOT_END"
  | "WAITS_FOR_NOTHING"
  | "EXITS"
  | "UNHANDLED_ERROR"
  | "TOO_MUCH_MEMORY"
  | "NOT_DETERMINISTIC";
