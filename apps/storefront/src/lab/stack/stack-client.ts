import { ProblemError, toProblem } from "../../api/client.ts";
import { stackToken } from "./stack-token.ts";

/**
 * Asks the control port of `npm start` through `/stack/…`.
 *
 * @throws ProblemError; with the code `NO_STACK` if nothing at this origin starts processes.
 */
export async function askStack(path: string, init: RequestInit & { json?: unknown } = {}): Promise<Response> {
  const { json, ...rest } = init;
  const headers = { authorization: `Bearer ${stackToken() ?? ""}` };
  let response: Response;
  try {
    response = await fetch(`/stack${path}`, {
      ...rest,
      headers: json === undefined ? headers : { ...headers, "content-type": "application/json" },
      body: json === undefined ? undefined : JSON.stringify(json),
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ProblemError({ code: "UNREACHABLE", status: 0 });
  }
  const isPage = response.headers.get("content-type")?.includes("html") === true;
  if (isPage || response.status === 405) throw new ProblemError({ code: "NO_STACK", status: response.status });
  if (response.ok) return response;
  throw toProblem(await response.json().catch(() => undefined), response);
}

export const stackJson = async <T>(path: string, init?: RequestInit & { json?: unknown }): Promise<T> =>
  (await (await askStack(path, init)).json()) as T;

/** Reads an answer that is a line of JSON for each thing that happens. */
export async function* linesOf<T>(response: Response): AsyncGenerator<T> {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield JSON.parse(line) as T;
  }
}
