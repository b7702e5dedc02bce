import createClient from "openapi-fetch";
import type { paths } from "./schema.d.ts";
import type { Problem } from "./types.ts";

/** The API of the same origin, typed by its own OpenAPI document. */
export const client = createClient<paths>({ baseUrl: window.location.origin });

/** How long an order, a payment or a cancellation may take before the shop counts as unreachable. */
const ANSWER_WITHIN_MS = 20_000;
export const answerInTime = () => AbortSignal.timeout(ANSWER_WITHIN_MS);

/** The API said no, with a code; `retryAfterMs` when it asked to be tried again. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";

  constructor(
    readonly problem: Partial<Problem> & { code: string; status: number },
    readonly retryAfterMs?: number,
  ) {
    super(problem.detail ?? problem.code);
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer. @throws ProblemError when the API refused or could not be reached. */
export async function unwrap<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ProblemError({ code: "UNREACHABLE", status: 0 });
  }
  if (answer.response.ok) return answer.data as T;
  throw toProblem(answer.error, answer.response);
}

export function toProblem(body: unknown, response: Response): ProblemError {
  const known = typeof body === "object" && body !== null && "code" in body ? (body as Problem) : undefined;
  const seconds = Number(response.headers.get("retry-after"));
  return new ProblemError(
    { ...known, code: known?.code ?? "UNREACHABLE", status: response.status },
    seconds > 0 ? seconds * 1000 : undefined,
  );
}
