import type { StrategyInfo, Verdict } from "./results.ts";

export interface LabRun {
  id: string;
  sku: string;
}

/** One checkpoint of one checkout. */
export interface RunEvent {
  attempt: string;
  checkpoint: string;
  /** Epoch milliseconds, with a fraction, by the replica's clock. */
  at: number;
}

const IDLE_MS = 3_000;

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

  /**
   * The checkpoints of a run's finished checkouts, from its event stream. Ends when as many checkouts have been answered,
   * or without new events for some seconds: events may be lost, because no checkout waits for them.
   */
  async events(runId: string, checkouts: number): Promise<RunEvent[]> {
    const end = new AbortController();
    const response = await fetch(`${this.#url}/api/lab/runs/${runId}/events`, {
      headers: this.#token ? { authorization: `Bearer ${this.#token}` } : {},
      signal: end.signal,
    });
    if (!response.ok || !response.body)
      throw new Error(`The events of run ${runId} cannot be read: ${response.status}.`);
    const events: RunEvent[] = [];
    let answered = 0;
    let rest = "";
    let idle = setTimeout(() => end.abort(), IDLE_MS);
    try {
      // The DOM's types do not know that a stream can be iterated.
      const chunks = response.body.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>;
      for await (const chunk of chunks) {
        clearTimeout(idle);
        idle = setTimeout(() => end.abort(), IDLE_MS);
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines.filter((text) => text.startsWith("data: "))) {
          const event = JSON.parse(line.slice("data: ".length)) as RunEvent;
          events.push(event);
          if (event.checkpoint === "answered") answered += 1;
        }
        if (answered >= checkouts) break;
      }
    } catch (error) {
      if (!end.signal.aborted) throw error;
    } finally {
      clearTimeout(idle);
      end.abort();
    }
    return events;
  }

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
