import { useCallback, useEffect, useRef, useState } from "react";
import { client, ProblemError, unwrap } from "../../api/client.ts";
import { sentenceFor } from "../../api/problems.ts";
import type { RaceEvent, Run, Verdict } from "../../api/types.ts";
import type { RaceSettings } from "../settings.ts";
import { pageVisible, pause } from "../waiting.ts";
import { followEvents } from "./events.ts";
import { fetchRace } from "./fetch-race.ts";
import { type Pane, type PaneAnswer, refusal } from "./pane-answers.ts";

export interface RaceState {
  runId?: string;
  events: readonly RaceEvent[];
  panes: Partial<Record<Pane, PaneAnswer>>;
  verdict?: Verdict;
  /** Between the click and the verdict. */
  running: boolean;
  /** While a run of the address is fetched. */
  fetching?: boolean;
  problem?: string;
}

const idle: RaceState = { events: [], panes: {}, running: false };
const PATIENCE_MS = 90_000;
const POLL_MS = 250;
const LAST_EVENTS_MS = 400;

/** The race that the panes show. */
interface OpenRace {
  run: Promise<Run>;
  /** Ends its requests and its stream; from then on nothing of it is shown any more. */
  end: AbortController;
  clicked: Set<Pane>;
  crowdSent: boolean;
  /** Clicks without a verdict yet. */
  asking: number;
  /** Open while somebody asks. */
  stream?: AbortController;
  lastEventId?: string;
}

type Settings = Pick<RaceSettings, "strategy" | "stock" | "buyers" | "thinkTimeMs" | "lockTtlMs" | "lockWaitMs">;

/**
 * One race: makes runs, sends the two panes' checkouts and the crowd, follows the events and asks for the verdict.
 * `shownRun` is the run that the address names: one that is not shown yet is fetched.
 */
export function useRace(settings: Settings, shownRun: string | undefined, token?: string) {
  const { strategy, stock, buyers, thinkTimeMs, lockTtlMs, lockWaitMs } = settings;
  const [state, setState] = useState<RaceState>(idle);
  const current = useRef<OpenRace>(undefined);
  const runId = useRef<string>(undefined);
  const fetched = useRef<AbortController>(undefined);

  const headers = useCallback(
    (): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {}),
    [token],
  );

  const reset = useCallback(() => {
    current.current?.end.abort();
    current.current = undefined;
    fetched.current?.abort();
    runId.current = undefined;
    setState(idle);
  }, []);

  // Other settings make another race, and leaving the page ends it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: new settings start a new race.
  useEffect(() => reset, [strategy, stock, buyers, thinkTimeMs, lockTtlMs, lockWaitMs, token, reset]);

  useEffect(() => {
    if (shownRun === runId.current) return;
    reset();
    if (shownRun === undefined) return;
    const ended = new AbortController();
    const { signal } = ended;
    fetched.current = ended;
    runId.current = shownRun;
    setState({ ...idle, runId: shownRun, fetching: true });
    fetchRace(shownRun, { strategy, stock }, headers(), signal)
      .then((race) => signal.aborted || setState({ ...idle, runId: shownRun, ...race }))
      .catch((error) => signal.aborted || setState({ ...idle, runId: shownRun, problem: sentenceFor(error) }));
  }, [shownRun, strategy, stock, headers, reset]);

  const begin = useCallback((): OpenRace => {
    current.current?.end.abort();
    fetched.current?.abort();
    const end = new AbortController();
    const run = unwrap(
      client.POST("/api/lab/runs", {
        body: { strategy: strategy as never, stock, thinkTimeMs, lockTtlMs, lockWaitMs, watchable: true },
        headers: headers(),
        signal: end.signal,
      }),
    );
    // Without a run there is nothing to join: the next click makes another one.
    run.catch(() => {
      if (current.current?.run === run) current.current = undefined;
    });
    const race = { run, end, clicked: new Set<Pane>(), crowdSent: false, asking: 0 };
    current.current = race;
    setState({ ...idle, running: true });
    return race;
  }, [strategy, stock, thinkTimeMs, lockTtlMs, lockWaitMs, headers]);

  const click = useCallback(
    async (panes: Pane[]) => {
      // Everything up to the first `await` is done before a second click can come.
      const open = current.current;
      const again = open !== undefined && panes.some((pane) => open.clicked.has(pane));
      if (again && open.asking > 0) return;
      const race = open && !again ? open : begin();
      for (const pane of panes) race.clicked.add(pane);
      const sendsCrowd = panes.length === 2 && buyers > 2 && !race.crowdSent;
      race.crowdSent ||= sendsCrowd;
      race.asking += 1;

      const { signal } = race.end;
      const show = (change: (before: RaceState) => RaceState) =>
        setState((before) => (signal.aborted ? before : change(before)));
      const tell = (pane: Pane, answer: PaneAnswer) =>
        show((before) => ({ ...before, panes: { ...before.panes, [pane]: answer } }));
      show((before) => ({ ...before, running: true, verdict: undefined, problem: undefined }));
      for (const pane of panes) tell(pane, { state: "asking" });

      try {
        const run = await race.run;
        signal.throwIfAborted();
        runId.current = run.id;
        show((before) => ({ ...before, runId: run.id }));
        race.stream ??= watch(race, run.id, headers(), show);
        const requests = panes.map(async (pane) => tell(pane, await buyAs(pane, run.sku, signal)));
        if (sendsCrowd) requests.push(sendCrowd(run.id, buyers - 2, headers(), signal));
        await Promise.all(requests);
        const verdict = await finalVerdict(run.id, headers(), signal);
        // The last events may still be on their way from another replica, and nobody reads them in the background.
        await pageVisible(signal);
        await pause(LAST_EVENTS_MS, signal);
        // Whoever is still asking shows the verdict, which then counts them.
        if (race.asking === 1) show((before) => ({ ...before, verdict, running: false }));
      } catch (error) {
        const problem = sentenceFor(error);
        // Without a run nobody was asked.
        show((before) => ({ ...before, panes: before.runId ? before.panes : {}, running: race.asking > 1, problem }));
      } finally {
        race.asking -= 1;
        if (race.asking === 0) {
          race.stream?.abort();
          race.stream = undefined;
        }
      }
    },
    [begin, buyers, headers],
  );

  return { ...state, click, reset };
}

/** Shows the run's events from the last one on, until the controller that it gives back or the race aborts. */
function watch(
  race: OpenRace,
  runId: string,
  headers: Record<string, string>,
  show: (change: (before: RaceState) => RaceState) => void,
): AbortController {
  const stream = new AbortController();
  race.end.signal.addEventListener("abort", () => stream.abort(), { signal: stream.signal });
  followEvents({
    runId,
    headers,
    signal: stream.signal,
    lastId: race.lastEventId,
    onEvents: (events, lastId) => {
      race.lastEventId = lastId;
      show((before) => ({ ...before, events: [...before.events, ...events] }));
    },
  }).catch((error) => show((before) => ({ ...before, problem: sentenceFor(error) })));
  return stream;
}

async function buyAs(pane: Pane, sku: string, signal: AbortSignal): Promise<PaneAnswer> {
  try {
    const order = await unwrap(
      client.POST("/api/checkout", {
        params: { header: { "X-Lab-Shopper": pane } },
        body: { items: [{ sku, quantity: 1 }] },
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      }),
    );
    return { state: "ticket", orderId: order.id, unitNumbers: order.lines[0]?.unitNumbers ?? [] };
  } catch (error) {
    return refusal(error instanceof ProblemError ? error.problem : { code: "UNREACHABLE" });
  }
}

async function sendCrowd(id: string, count: number, headers: Record<string, string>, signal: AbortSignal) {
  await unwrap(
    client.POST("/api/lab/runs/{id}/buyers", {
      params: { path: { id } },
      body: { count, quantity: 1 },
      headers,
      signal,
    }),
  );
}

/** Asks until every buyer of the crowd has got an answer. */
async function finalVerdict(id: string, headers: Record<string, string>, signal: AbortSignal): Promise<Verdict> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const verdict = await unwrap(
      client.GET("/api/lab/runs/{id}/verdict", { params: { path: { id } }, headers, signal }),
    );
    if (verdict.buyers.answered >= verdict.buyers.asked || Date.now() > until) return verdict;
    await pause(POLL_MS, signal);
  }
}
