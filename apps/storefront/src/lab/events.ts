import { toProblem } from "../api/client.ts";
import type { RaceEvent } from "../api/types.ts";

const RECONNECT_MS = 500;

/**
 * Follows a run's event stream until the signal aborts, and resumes after the last event when the connection breaks.
 * Not an EventSource, because that cannot carry the lab's token.
 */
export async function followEvents(
  runId: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  onEvents: (events: RaceEvent[]) => void,
): Promise<void> {
  let lastId: string | undefined;
  while (!signal.aborted) {
    try {
      const response = await fetch(`/api/lab/runs/${runId}/events`, {
        headers: { ...headers, accept: "text/event-stream", ...(lastId && { "last-event-id": lastId }) },
        signal,
      });
      if (!response.ok) throw toProblem(await response.json().catch(() => undefined), response);
      if (!response.body) return;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        const blocks = (rest + chunk.value).split("\n\n");
        rest = blocks.pop() ?? "";
        const events: RaceEvent[] = [];
        for (const block of blocks) {
          const field = (name: string) =>
            block
              .split("\n")
              .find((line) => line.startsWith(`${name}:`))
              ?.slice(name.length + 1)
              .trim();
          lastId = field("id") ?? lastId;
          const data = field("data");
          if (field("event") === "checkpoint" && data) events.push(JSON.parse(data));
        }
        if (events.length > 0) onEvents(events);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Error && error.name === "ProblemError") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}
