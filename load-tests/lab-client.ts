import type { StrategyInfo, Verdict } from "./results.ts";

export interface LabRun {
  id: string;
  sku: string;
}

interface SystemInfo {
  replicas: number;
  database: string;
}

/** The lab's side of a running system. Every call is bounded in time; a refusal is an Error that quotes the problem. */
export class LabClient {
  readonly #url: string;
  readonly #token: string | undefined;

  constructor(url: string, token?: string) {
    this.#url = url;
    this.#token = token;
  }

  system = () => this.#call<SystemInfo>("GET", "/api/system");

  strategies = () => this.#call<StrategyInfo[]>("GET", "/api/lab/strategies");

  createRun = (run: { strategy: string; stock: number; thinkTimeMs: number }) =>
    this.#call<LabRun>("POST", "/api/lab/runs", run);

  verdict = (runId: string) => this.#call<Verdict>("GET", `/api/lab/runs/${runId}/verdict`);

  async #call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["content-type"] = "application/json";
    if (this.#token) headers.authorization = `Bearer ${this.#token}`;
    let response: Response;
    try {
      response = await fetch(this.#url + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(30_000),
      });
    } catch (cause) {
      throw new Error(`${this.#url} does not answer (${method} ${path}).`, { cause });
    }
    if (response.ok) return (await response.json()) as Answer;
    const problem = (await response.text()).slice(0, 300);
    const hint = response.status === 404 && path.startsWith("/api/lab") ? " Is the lab on (LAB=1)?" : "";
    throw new Error(`${method} ${path} answered ${response.status}: ${problem}${hint}`);
  }
}
