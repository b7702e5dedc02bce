import { setTimeout as sleep } from "node:timers/promises";
import { type AskedSystem, ask } from "./ask-system.ts";
import type { Check } from "./stage-check.ts";

interface Verdict {
  unitsSold: number;
  unitsOversold: number;
  passed: boolean;
  buyers: { asked: number; answered: number };
}

/** As on the race page: two buyers, one unit, 100 ms between read and write. */
const SETTINGS = { stock: 1, thinkTimeMs: 100 };
const BUYERS = 2;
const ANSWERED_WITHIN_MS = 20_000;
const LOOK_AGAIN_MS = 200;

/** Races two buyers for one unit under the three strategies of a demo. */
export async function raceChecks(system: AskedSystem): Promise<Check[]> {
  const unlocked = await race(system, "unlocked");
  const checks: Check[] = [
    {
      title: "race, unlocked",
      passed: unlocked.unitsOversold > 0,
      found: outcome(unlocked),
      remedy:
        "The buyers did not overlap. End other programs, or set a longer delay between read and write in the lab.",
    },
  ];
  for (const strategy of ["row-lock", "redlock+row-lock"]) {
    const verdict = await race(system, strategy);
    checks.push({
      title: `race, ${strategy}`,
      passed: verdict.passed && verdict.unitsSold === 1,
      found: outcome(verdict),
      remedy: "See the logs of the replicas, and npm run service -- list: is a Redis or PostgreSQL down?",
    });
  }
  return checks;
}

const outcome = ({ unitsSold, unitsOversold }: Verdict) => `${unitsSold} sold of 1, ${unitsOversold} oversold`;

async function race(system: AskedSystem, strategy: string): Promise<Verdict> {
  const run = await ask<{ id: string }>(system, "POST", "/api/lab/runs", { body: { strategy, ...SETTINGS } });
  await ask(system, "POST", `/api/lab/runs/${run.id}/buyers`, { body: { count: BUYERS } });
  const until = Date.now() + ANSWERED_WITHIN_MS;
  for (;;) {
    const verdict = await ask<Verdict>(system, "GET", `/api/lab/runs/${run.id}/verdict`);
    if (verdict.buyers.answered >= BUYERS || Date.now() > until) return verdict;
    await sleep(LOOK_AGAIN_MS);
  }
}
