import { client, ProblemError, toProblem, unwrap } from "../../api/client.ts";
import type { RaceEvent, Verdict } from "../../api/types.ts";
import { pause } from "../waiting.ts";
import { readBlocks } from "./events.ts";
import { answersIn, type Pane, type PaneAnswer } from "./pane-answers.ts";

const POLL_MS = 500;
const PATIENCE_MS = 20_000;

interface FinishedRace {
  events: RaceEvent[];
  verdict: Verdict;
  panes: Partial<Record<Pane, PaneAnswer>>;
  running: false;
}

/**
 * A run that was raced before, here or in another tab, once all of its buyers are answered.
 * @throws ProblemError when it was deleted, or raced under other settings than these.
 */
export async function fetchRace(
  id: string,
  { strategy, stock }: { strategy: string; stock: number },
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<FinishedRace> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const events = await pastEvents(id, headers, signal);
    const path = { id };
    const verdict = await unwrap(client.GET("/api/lab/runs/{id}/verdict", { params: { path }, headers, signal }));
    if (verdict.strategy !== strategy || verdict.initialStock !== stock) {
      const units = verdict.initialStock === 1 ? "1 unit" : `${verdict.initialStock} units`;
      const detail = `The run in the address was raced with ${units} under “${verdict.strategy}”. Start a new race.`;
      throw new ProblemError({ code: "OTHER_RACE", status: 0, detail });
    }
    const count = (name: RaceEvent["checkpoint"]) => events.filter(({ checkpoint }) => checkpoint === name).length;
    const open = count("arrived") > count("answered") || verdict.buyers.answered < verdict.buyers.asked;
    if (!open || Date.now() > until) return { events, verdict, panes: answersIn(events), running: false };
    await pause(POLL_MS, signal);
  }
}

async function pastEvents(id: string, headers: Record<string, string>, signal: AbortSignal): Promise<RaceEvent[]> {
  const response = await fetch(`/api/lab/runs/${encodeURIComponent(id)}/events?follow=false`, { headers, signal });
  if (!response.ok) throw toProblem(await response.json().catch(() => undefined), response);
  return readBlocks((await response.text()).split("\n\n")).events;
}
