import { useCallback, useEffect, useRef, useState } from "react";
import { client, ProblemError, unwrap } from "../api/client.ts";
import { sentenceFor } from "../api/problems.ts";
import type { Order, RaceEvent, Run, Verdict } from "../api/types.ts";
import { followEvents } from "./events.ts";

export type Pane = "A" | "B";

/** What a pane's shopper was told. */
export type PaneAnswer =
  | { state: "asking" }
  | { state: "ticket"; order: Order }
  | { state: "refused"; code: string; sentence: string };

export interface RaceState {
  run?: Run;
  events: readonly RaceEvent[];
  panes: Partial<Record<Pane, PaneAnswer>>;
  verdict?: Verdict;
  /** Between the click and the verdict. */
  running: boolean;
  problem?: string;
}

const idle: RaceState = { events: [], panes: {}, running: false };
const VERDICT_PATIENCE_MS = 90_000;
const LAST_EVENTS_MS = 400;

/** One race: makes runs, sends the two panes' checkouts and the crowd, follows the events and asks for the verdict. */
export function useRace(
  settings: { strategy: string; stock: number; shoppers: number; thinkTimeMs: number },
  token?: string,
) {
  const { strategy, stock, shoppers, thinkTimeMs } = settings;
  const [state, setState] = useState<RaceState>(idle);
  const current = useRef<{ run: Run; abort: AbortController; clicked: Set<Pane>; crowdSent: boolean }>(undefined);

  const headers = useCallback(
    (): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {}),
    [token],
  );

  const reset = useCallback(() => {
    current.current?.abort.abort();
    current.current = undefined;
    setState(idle);
  }, []);

  // Other settings make another race.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the settings are the reason to begin anew.
  useEffect(() => reset, [strategy, stock, shoppers, thinkTimeMs, token, reset]);

  const newRun = useCallback(async () => {
    current.current?.abort.abort();
    const run = await unwrap(
      client.POST("/api/lab/runs", {
        body: { strategy: strategy as never, stock, thinkTimeMs, watchable: true },
        headers: headers(),
      }),
    );
    const abort = new AbortController();
    current.current = { run, abort, clicked: new Set(), crowdSent: false };
    setState({ ...idle, run, running: true });
    followEvents(run.id, headers(), abort.signal, (events) =>
      setState((before) => (before.run?.id === run.id ? { ...before, events: [...before.events, ...events] } : before)),
    ).catch((error) => setState((before) => ({ ...before, problem: sentenceFor(error) })));
    return current.current;
  }, [strategy, stock, thinkTimeMs, headers]);

  const click = useCallback(
    async (panes: Pane[]) => {
      try {
        const open = current.current;
        const fresh = !open || panes.some((pane) => open.clicked.has(pane));
        const { run, abort, clicked, crowdSent } = fresh ? await newRun() : open;
        const show = (change: (before: RaceState) => RaceState) =>
          setState((before) => (abort.signal.aborted ? before : change(before)));
        const tell = (pane: Pane, answer: PaneAnswer) =>
          show((before) => ({ ...before, panes: { ...before.panes, [pane]: answer } }));
        show((before) => ({ ...before, running: true, verdict: undefined }));

        const requests = panes.map(async (pane) => {
          clicked.add(pane);
          tell(pane, { state: "asking" });
          tell(pane, await buyAs(pane, run.sku));
        });
        if (panes.length === 2 && shoppers > 2 && !crowdSent && current.current) {
          current.current.crowdSent = true;
          requests.push(
            unwrap(
              client.POST("/api/lab/runs/{id}/buyers", {
                params: { path: { id: run.id } },
                body: { count: shoppers - 2, quantity: 1 },
                headers: headers(),
              }),
            ).then(() => undefined),
          );
        }
        await Promise.all(requests);
        const verdict = await finalVerdict(run.id, headers(), abort.signal);
        // The last events may still be on their way from another replica.
        await new Promise((resolve) => setTimeout(resolve, LAST_EVENTS_MS));
        show((before) => ({ ...before, verdict, running: false }));
      } catch (error) {
        setState((before) => ({ ...before, running: false, problem: sentenceFor(error) }));
      }
    },
    [newRun, shoppers, headers],
  );

  return { ...state, click, reset };
}

async function buyAs(pane: Pane, sku: string): Promise<PaneAnswer> {
  try {
    const order = await unwrap(
      client.POST("/api/checkout", {
        params: { header: { "X-Lab-Shopper": pane } },
        body: { items: [{ sku, quantity: 1 }] },
      }),
    );
    return { state: "ticket", order };
  } catch (error) {
    const code = error instanceof ProblemError ? error.problem.code : "UNREACHABLE";
    return { state: "refused", code, sentence: sentenceFor(error) };
  }
}

/** Asks until every buyer of the crowd has got an answer. */
async function finalVerdict(id: string, headers: Record<string, string>, signal: AbortSignal): Promise<Verdict> {
  const until = Date.now() + VERDICT_PATIENCE_MS;
  for (;;) {
    const verdict = await unwrap(
      client.GET("/api/lab/runs/{id}/verdict", { params: { path: { id } }, headers, signal }),
    );
    if (verdict.buyers.answered >= verdict.buyers.asked || Date.now() > until) return verdict;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
