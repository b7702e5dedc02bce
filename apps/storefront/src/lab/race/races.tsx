import { useCallback, useEffect, useState } from "react";
import type { Strategy } from "../../api/types.ts";
import { Notice } from "../../layout/notice.tsx";
import { useShortcut } from "../../layout/shortcut.ts";
import { nextStrategy } from "../next-strategy.ts";
import type { ChangeRace, RaceSettings } from "../settings.ts";
import { CompareRaces } from "./compare-races.tsx";
import { panes } from "./pane-answers.ts";
import { SingleRace } from "./single-race.tsx";
import { useRun } from "./use-run.ts";

interface RacesProps {
  settings: RaceSettings;
  change: ChangeRace;
  strategies: readonly Strategy[];
  left: Strategy;
  right: Strategy;
  token?: string;
}

/** A race, and in compare mode the same race under a second strategy. Their runs go into the address. */
export function Races({ settings, change, strategies, left, right, token }: RacesProps) {
  const compare = settings.mode === "compare";
  const first = useRun(left, settings, settings.run, token);
  const second = useRun(right, settings, compare ? settings.againstRun : undefined, token);
  const { runId: firstRun } = first.state;
  const { runId: secondRun } = second.state;

  // Both in one change: of two changes at the same moment, the second would not see the first.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new run changes the address.
  useEffect(() => {
    const run = firstRun ?? settings.run;
    const againstRun = secondRun ?? settings.againstRun;
    if (run !== settings.run || (compare && againstRun !== settings.againstRun)) change({ run, againstRun });
  }, [firstRun, secondRun]);

  /** The strategy that is to race as soon as it stands on the right. */
  const [pending, setPending] = useState<string>();
  const clickSecond = second.click;
  useEffect(() => {
    if (pending === undefined || !compare || right.name !== pending) return;
    setPending(undefined);
    void clickSecond([...panes]);
  }, [pending, compare, right.name, clickSecond]);

  const next = nextStrategy(left, strategies);
  const fix = useCallback(() => {
    setPending(next);
    change({ mode: "compare", against: next }, { push: true });
  }, [change, next]);

  // By a key as well, so that a speaker need not look for the button.
  const answered = !compare && first.state.verdict !== undefined;
  useShortcut(
    "n",
    useCallback(() => {
      if (answered) fix();
    }, [answered, fix]),
  );

  const problem = first.state.problem ?? (compare ? second.state.problem : undefined);
  return (
    <>
      {problem && <Notice title="The race could not be run">{problem}</Notice>}
      {compare ? (
        <CompareRaces left={first} right={second} settings={settings} strategies={strategies} change={change} />
      ) : (
        <SingleRace run={first} settings={settings} next={next} onFix={fix} token={token} />
      )}
    </>
  );
}
