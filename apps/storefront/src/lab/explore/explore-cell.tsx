import { useEffect, useRef } from "react";
import { Link, useSearchParams } from "react-router";
import { SteppedOrder } from "../counterexample/stepped-order.tsx";
import { StackAccess } from "../stack/stack-access.tsx";
import { strategyName } from "../strategy-names.ts";
import { strategyPath } from "../strategy-path.ts";
import { CellChoices } from "./cell-choices.tsx";
import type { Choices } from "./choices.ts";
import styles from "./explore.module.css";
import { ExploreAnswer } from "./explore-answer.tsx";
import { OrderStrip } from "./order-strip.tsx";
import { useExploration, type Wanted } from "./use-exploration.ts";

/** The address says what is explored; a schedule in it is replayed at once. */
function useWanted({ strategies }: Choices) {
  const [params, setParams] = useSearchParams();
  const strategy = strategies.find(({ name }) => name === params.get("strategy")) ?? strategies[0];
  const cells = strategy?.cells ?? [];
  const ofScenario = cells.filter(({ scenario }) => scenario === params.get("scenario"));
  const inScenario =
    ofScenario.length > 0 ? ofScenario : cells.filter(({ scenario }) => scenario === cells[0]?.scenario);
  const cell = inScenario.find(({ fault }) => fault === (params.get("fault") ?? undefined)) ?? inScenario[0];
  const wanted: Wanted = { strategy: strategy?.name ?? "", scenario: cell?.scenario ?? "", fault: cell?.fault };
  const set = (change: Record<string, string | undefined>) =>
    setParams(
      (before) => {
        for (const name of ["schedule", "step"]) before.delete(name);
        for (const [name, value] of Object.entries(change)) {
          if (value === undefined) before.delete(name);
          else before.set(name, value);
        }
        return before;
      },
      { replace: true, preventScrollReset: true },
    );
  return { wanted, schedule: params.get("schedule") ?? undefined, set };
}

export function ExploreCell({ choices }: { choices: Choices }) {
  const { wanted, schedule, set } = useWanted(choices);
  const { exploration, run, stop } = useExploration();
  const { state, found, error } = exploration;
  const isBusy = state === "preparing" || state === "running" || state === "stopping";

  const first = useRef(schedule === undefined ? undefined : { ...wanted, schedule });
  useEffect(() => {
    if (first.current) void run(first.current);
  }, [run]);
  const setAddress = useRef(set);
  setAddress.current = set;
  useEffect(() => {
    // What was found is in the address, so that the address shares it. A replay's own is there already.
    if (state === "done" && found && exploration.wanted?.schedule === undefined) {
      const { strategy, scenario, fault } = exploration.wanted as Wanted;
      setAddress.current({ strategy, scenario, fault, schedule: found.schedule });
    }
  }, [state, found, exploration.wanted]);

  const about = choices.scenarios.find(({ name }) => name === wanted.scenario)?.about;
  const isReplay = exploration.wanted?.schedule !== undefined;
  const command = `npm run explore -- --strategy ${wanted.strategy} --scenario ${wanted.scenario}`;
  return (
    <>
      <p className={styles.lede}>{about} The explorer runs every order of their steps on a database of its own.</p>
      <div className={styles.top}>
        <CellChoices choices={choices} wanted={wanted} disabled={isBusy} onChange={set} />
        <StackAccess to="explore" command={command} error={error}>
          <ExploreAnswer
            exploration={exploration}
            onRun={() => {
              set({ strategy: wanted.strategy, scenario: wanted.scenario, fault: wanted.fault });
              void run(wanted);
            }}
            onStop={() => void stop()}
          />
        </StackAccess>
      </div>
      {!isReplay && <OrderStrip progress={exploration.progress} />}
      {found && state === "done" && (
        <SteppedOrder order={found} title={isReplay ? "The order of the address" : "The smallest wrong order"} />
      )}
      <p className={styles.links}>
        <Link to={`/lab?strategy=${encodeURIComponent(wanted.strategy)}`}>
          Race with {strategyName(wanted.strategy)}
        </Link>
        {" · "}
        <Link to={strategyPath(wanted.strategy)}>Its code</Link>
        {" · "}
        <Link to="/lab/replays">Replays</Link>
      </p>
    </>
  );
}
