import { useCallback } from "react";
import type { Strategy } from "../../api/types.ts";
import type { ChangeRace, RaceSettings } from "../settings.ts";
import { strategyName } from "../strategy-names.ts";
import { StrategyOptions } from "../strategy-select.tsx";
import { Always, CostLink } from "./next-steps.tsx";
import { panes } from "./pane-answers.ts";
import styles from "./race.module.css";
import { RaceAnswer, RaceButton } from "./race-answer.tsx";
import { RaceDrawing } from "./race-drawing.tsx";
import type { RunOfRace } from "./use-run.ts";

interface CompareRacesProps {
  left: RunOfRace;
  right: RunOfRace;
  settings: RaceSettings;
  strategies: readonly Strategy[];
  change: ChangeRace;
}

/** Two strategies race at once, each for its own lamp: their answers and their drawings side by side. */
export function CompareRaces({ left, right, settings, strategies, change }: CompareRacesProps) {
  const clickLeft = left.click;
  const clickRight = right.click;
  const start = useCallback(() => {
    void clickLeft([...panes]);
    void clickRight([...panes]);
  }, [clickLeft, clickRight]);
  const running = left.state.running || right.state.running;
  const chosen = { strategies, disabled: running };
  const begun = [left, right].some(({ state }) => state.verdict || state.running || state.fetching);
  const side = (run: RunOfRace) => (
    <RaceAnswer
      state={run.state}
      race={run.race}
      name={strategyName(run.strategy.name)}
      strategyIsSafe={run.strategy.safe}
    />
  );
  const drawing = ({ race, state, strategy }: RunOfRace) => (
    <RaceDrawing race={race} events={state.events} name={strategyName(strategy.name)} stock={settings.stock} beside />
  );
  return (
    <>
      <div className={styles.compare}>
        <Chosen label="On the left" run={left} onChange={(strategy) => change({ strategy })} {...chosen} />
        <Chosen label="On the right" run={right} onChange={(against) => change({ against })} {...chosen} />
      </div>
      <div className={styles.compareAnswers} data-begun={begun}>
        {side(left)}
        <RaceButton again={begun} buyers={settings.buyers} under={running ? "racing…" : "idle"} onClick={start} />
        {side(right)}
      </div>
      <div className={styles.compare}>
        {drawing(left)}
        {drawing(right)}
      </div>
      <div className={styles.nextPlace}>
        {left.state.verdict && right.state.verdict && (
          <nav className={styles.next} aria-label="What next">
            <button
              type="button"
              className={styles.step}
              onClick={() =>
                change({ mode: "single", strategy: right.strategy.name, run: right.state.runId }, { push: true })
              }
            >
              <b>Why?</b> <span>{strategyName(right.strategy.name).toLowerCase()} alone, step by step</span>
            </button>
            <CostLink strategy={right.strategy.name} />
            <Always strategy={right.strategy} />
          </nav>
        )}
      </div>
    </>
  );
}

interface ChosenProps {
  label: string;
  run: RunOfRace;
  strategies: readonly Strategy[];
  disabled: boolean;
  onChange: (name: string) => void;
}

function Chosen({ label, run, strategies, disabled, onChange }: ChosenProps) {
  return (
    <select
      aria-label={label}
      className={styles.chosen}
      value={run.strategy.name}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <StrategyOptions strategies={strategies} />
    </select>
  );
}
