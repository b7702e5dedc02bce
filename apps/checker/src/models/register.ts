import type { Operation } from "../history/operation.ts";
import type { Model } from "./model.ts";
import { unknownOperation, Value } from "./values.ts";

/** What an operation on a register means. Values are kept as JSON, so that equal ones are the same. */
export interface RegisterCall {
  readonly kind: "read" | "unheard-read" | "write" | "compare-and-set";
  readonly key: string;
  /** What was read, or is written. */
  readonly value: string;
  /** What a compare-and-set expects to find. */
  readonly expected?: string;
}

export interface RegisterOptions {
  /** What each register holds at first; `null` where absent. */
  readonly initial?: Readonly<Record<string, unknown>>;
}

/**
 * Registers that hold one value: `read`, `write` and, for the compare-and-set register, `cas`, which is answered `ok` where
 * it replaced the value and `fail` where it did not.
 *
 * Values as Jepsen writes them: a plain value for `read` and `write`, `[from, to]` for `cas`, all on one register; or with a
 * key, `{"key": "x", "value": 1}` and `{"key": "x", "from": 1, "to": 2}`.
 */
export function registerModel({ initial = {} }: RegisterOptions = {}): Model<string, RegisterCall> {
  return {
    name: "register",
    interpret: registerCall,
    keys: ({ key }) => [key],
    start: ([key = ""]) => json(Object.hasOwn(initial, key) ? initial[key] : null),
    step: (state, { kind, value, expected }) => {
      if (kind === "write") return value;
      if (kind === "unheard-read") return state;
      if (kind === "read") return state === value ? state : undefined;
      return state === expected ? value : undefined;
    },
    key: (state) => state,
    isObserver: ({ kind }) => kind === "read" || kind === "unheard-read",
    // The same call twice is the same effect twice.
    interchangeable: (calls) => calls.map(({ kind, value, expected }) => json([kind, value, expected])),
  };
}

/** The key of a register whose history does not name one. */
const onlyKey = "register";

function registerCall(operation: Operation): RegisterCall {
  const { f, type } = operation;
  const value = Value.ofCall(operation);
  const isKeyed = value.isObject() && Object.hasOwn(value.raw as object, "key");
  const key = isKeyed ? String(value.get("key").raw) : onlyKey;
  if (f === "write") return { kind: "write", key, value: json(isKeyed ? value.get("value").raw : value.raw) };
  if (f === "read") {
    if (type === "info") return { kind: "unheard-read", key, value: "" };
    const answer = Value.ofAnswer(operation);
    const isAnswerKeyed = answer.isObject() && isKeyed;
    return { kind: "read", key, value: json(isAnswerKeyed ? answer.get("value").raw : answer.raw) };
  }
  if (f !== "cas") unknownOperation(operation, "register", ["read", "write", "cas"]);
  if (isKeyed) {
    return { kind: "compare-and-set", key, expected: json(value.get("from").raw), value: json(value.get("to").raw) };
  }
  const pair = value.list();
  if (pair.length !== 2) throw value.expected("[from, to]");
  return { kind: "compare-and-set", key, expected: json(pair[0]?.raw), value: json(pair[1]?.raw) };
}

/** Equal maps are equal texts, in whatever order their keys are written. */
function json(value: unknown): string {
  return JSON.stringify(value ?? null, (_, part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
