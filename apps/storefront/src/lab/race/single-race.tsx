import { useCallback, useMemo } from "react";
import { Link } from "react-router";
import { StrategyTexts } from "../about-strategy.tsx";
import { Explanation } from "../check/explanation.tsx";
import type { RaceSettings } from "../settings.ts";
import { strategyName } from "../strategy-names.ts";
import { strategyPath } from "../strategy-path.ts";
import { useSteps } from "../use-steps.ts";
import { BuyerCard } from "./buyer-card.tsx";
import { decidingFact } from "./deciding-fact.ts";
import { drawnLanes } from "./lanes.ts";
import { NextSteps } from "./next-steps.tsx";
import { isSoldTwice, type Pane, panes } from "./pane-answers.ts";
import styles from "./race.module.css";
import { RaceAnswer, RaceButton, wordsFor } from "./race-answer.tsx";
import { RaceDrawing } from "./race-drawing.tsx";
import { RaceStepper } from "./race-stepper.tsx";
import { raceSteps } from "./race-steps.ts";
import { LANES_DRAWN } from "./swim-lanes.tsx";
import type { RunOfRace } from "./use-run.ts";

interface SingleRaceProps {
  run: RunOfRace;
  settings: RaceSettings;
  next: string;
  onFix: () => void;
  token?: string;
}

/** Two buyer cards with the button, then the answer, between them; the drawing that explains it; and what to do next. */
export function SingleRace({ run, settings, next, onFix, token }: SingleRaceProps) {
  const { strategy, state, race, click } = run;
  const { runId, events, verdict } = state;
  const both = useCallback(() => void click([...panes]), [click]);
  const steps = useMemo(() => {
    const lanes = drawnLanes(race, decidingFact(race)?.lanes ?? [], LANES_DRAWN);
    return verdict ? raceSteps(events, new Set(lanes.map(({ shopper }) => shopper))) : [];
  }, [race, events, verdict]);
  const stepping = useSteps(steps.length, { active: steps.length > 0, space: false });
  const name = strategyName(strategy.name);
  const card = (pane: Pane) => (
    <BuyerCard
      pane={pane}
      edition={settings.stock}
      answer={state.panes[pane]}
      soldTwice={isSoldTwice(state.panes[pane], verdict)}
      onBuy={() => void click([pane])}
    />
  );
  return (
    <>
      <div className={styles.stage}>
        {card("A")}
        <RaceAnswer
          state={state}
          race={race}
          name={name}
          strategyIsSafe={strategy.safe}
          button={
            <RaceButton again={verdict !== undefined} buyers={settings.buyers} under={wordsFor(state)} onClick={both} />
          }
        />
        {card("B")}
      </div>
      <RaceDrawing
        race={race}
        events={events}
        name={name}
        stock={settings.stock}
        untilMs={stepping.step > 0 ? steps[stepping.step - 1]?.at : undefined}
      />
      <div className={styles.nextPlace}>
        {stepping.step > 0 ? (
          <RaceStepper
            steps={steps}
            step={stepping.step}
            playing={stepping.playing}
            onBack={stepping.back}
            onNext={stepping.next}
            onPlay={stepping.play}
            onClose={() => stepping.goTo(0)}
          />
        ) : (
          verdict && (
            <NextSteps
              strategy={strategy}
              passed={verdict.passed}
              next={next}
              onWhy={() => stepping.goTo(1)}
              onFix={onFix}
            />
          )
        )}
      </div>
      {verdict && runId && (
        <details className={styles.fold}>
          <summary>The checker’s proof</summary>
          <Explanation verdict={verdict} runId={runId} token={token} />
        </details>
      )}
      <details className={styles.fold}>
        <summary>About {name}</summary>
        <StrategyTexts about={strategy.about} />
        <Link to={strategyPath(strategy.name)}>Its code, and what it passes</Link>
      </details>
    </>
  );
}
