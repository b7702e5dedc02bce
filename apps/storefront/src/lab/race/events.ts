import { ProblemError, toProblem } from "../../api/client.ts";
import type { RaceEvent } from "../../api/types.ts";
import { pageVisible, pause } from "../waiting.ts";

const RECONNECT_MS = 500;
/** So many connections in a row that break or end without a checkpoint, and the stream is given up: after about 15 s. */
const MOST_FAILURES = 5;
/**
 * A connection without a checkpoint for so long is given back and asked for again. A browser has six of them for all tabs
 * of the shop, and a checkout may be waiting for one.
 */
const QUIET_MS = 3_000;

interface Followed {
  runId: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  /** The event after which to begin; all of the run where absent. */
  lastId?: string;
  /** `lastId` is that of the last one of these events. */
  onEvents: (events: RaceEvent[], lastId: string | undefined) => void;
}

/**
 * Follows a run's event stream until the signal aborts, and resumes after the last event when the connection breaks. A page
 * in the background keeps no connection. Not an EventSource, because that cannot carry the lab's token.
 * @throws ProblemError when the server refuses, or breaks off too often in a row.
 */
export async function followEvents({ signal, lastId, onEvents, ...run }: Followed): Promise<void> {
  let last = lastId;
  let failures = 0;
  try {
    while (true) {
      await pageVisible(signal);
      const gaveBack = await readStream({
        ...run,
        signal,
        lastId: last,
        onEvents: (events, id) => {
          failures = 0;
          last = id ?? last;
          onEvents(events, last);
        },
      });
      if (!gaveBack) failures += 1;
      if (failures >= MOST_FAILURES) throw new ProblemError({ code: "UNREACHABLE", status: 0 });
      await pause(RECONNECT_MS * 2 ** failures, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/**
 * Reads one connection to its end.
 * @returns whether this side gave it back: nothing came, or nobody looks at the page.
 * @throws ProblemError when the server refuses, and will go on refusing.
 */
async function readStream({ runId, headers, signal, lastId, onEvents }: Followed): Promise<boolean> {
  const connection = new AbortController();
  const { signal: until } = connection;
  const giveBack = () => connection.abort();
  signal.addEventListener("abort", giveBack, { signal: until });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && giveBack(), {
    signal: until,
  });
  let quiet = setTimeout(giveBack, QUIET_MS);
  try {
    const response = await fetch(`/api/lab/runs/${runId}/events`, {
      headers: { ...headers, accept: "text/event-stream", ...(lastId && { "last-event-id": lastId }) },
      signal: until,
    });
    if (!response.ok) throw toProblem(await response.json().catch(() => undefined), response);
    if (!response.body) return false;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const blocks = (rest + chunk.value).split("\n\n");
      rest = blocks.pop() ?? "";
      const { events, last } = readBlocks(blocks);
      if (events.length === 0) continue;
      clearTimeout(quiet);
      quiet = setTimeout(giveBack, QUIET_MS);
      onEvents(events, last);
    }
    return false;
  } catch (error) {
    signal.throwIfAborted();
    if (until.aborted) return true;
    if (error instanceof ProblemError && error.problem.status < 500) throw error;
    return false;
  } finally {
    clearTimeout(quiet);
    connection.abort();
  }
}

export function readBlocks(blocks: readonly string[]): { events: RaceEvent[]; last: string | undefined } {
  const events: RaceEvent[] = [];
  let last: string | undefined;
  for (const block of blocks) {
    const field = (name: string) =>
      block
        .split("\n")
        .find((line) => line.startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim();
    const data = field("data");
    if (field("event") !== "checkpoint" || !data) continue;
    events.push(JSON.parse(data));
    last = field("id") ?? last;
  }
  return { events, last };
}
