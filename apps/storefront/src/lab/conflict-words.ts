const words: Record<string, string> = {
  version: "a version conflict",
  "40001": "a serialization failure (40001)",
  "40P01": "a deadlock (40P01)",
};

/** What undid a transaction, from a checkpoint's `conflict`: `version` or a SQLSTATE. */
export const conflictWords = (conflict: string): string => words[conflict] ?? `a conflict (${conflict})`;
