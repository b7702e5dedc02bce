import { useCallback, useMemo } from "react";
import type { Strategy } from "../api/types.ts";
import { Notice } from "../layout/notice.tsx";
import { numbersAsRanges } from "../orders/order-ticket.tsx";
import { Stamp } from "../orders/stamp.tsx";
import { AboutStrategy } from "./about-strategy.tsx";
import { BothClickButton } from "./both-click-button.tsx";
import styles from "./lab.module.css";
import { toRace } from "./lanes.ts";
import { RaceDrawing } from "./race-drawing.tsx";
import { refusalStamp } from "./refusal-words.ts";
import { ResultBanner } from "./result-banner.tsx";
import type { RaceSettings } from "./settings.ts";
import { isSoldTwice } from "./single-race.tsx";
import { strategyName } from "./strategy-names.ts";
import { type Pane, useRace } from "./use-race.ts";

interface CompareRacesProps {
  settings: RaceSettings;
  left: Strategy;
  right: Strategy;
  token?: string;
}

/** Two strategies race at once, each for its own lamp. */
export function CompareRaces({ settings, left, right, token }: CompareRacesProps) {
  const first = useRace({ ...settings, strategy: left.name }, token);
  const second = useRace({ ...settings, strategy: right.name }, token);
  const clickFirst = first.click;
  const clickSecond = second.click;
  const start = useCallback(() => {
    void clickFirst(["A", "B"]);
    void clickSecond(["A", "B"]);
  }, [clickFirst, clickSecond]);
  return (
    <>
      <div className={styles.compareButton} style={{ display: "grid" }}>
        <BothClickButton shoppers={settings.shoppers} disabled={first.running || second.running} onClick={start} />
      </div>
      <div className={styles.compare}>
        <Side key="left" race={first} strategy={left} stock={settings.stock} />
        <Side key="right" race={second} strategy={right} stock={settings.stock} />
      </div>
    </>
  );
}

function Side({
  race: state,
  strategy,
  stock,
}: {
  race: ReturnType<typeof useRace>;
  strategy: Strategy;
  stock: number;
}) {
  const { events, panes, verdict, running, problem } = state;
  const race = useMemo(() => toRace(events, stock, strategy.safe), [events, stock, strategy.safe]);
  const name = strategyName(strategy.name);
  return (
    <section className={styles.side} aria-label={name}>
      <h2>{name}</h2>
      <div className={styles.tickets}>
        {(["A", "B"] as Pane[]).map((pane) => {
          const answer = panes[pane];
          const twice = isSoldTwice(answer, verdict);
          return (
            <div key={pane} className={styles.miniPane}>
              <h3>Shopper {pane}</h3>
              {answer?.state === "ticket" && (
                <Stamp
                  above="yours is"
                  mark={twice ? "✗" : "✓"}
                  word={numbersAsRanges(answer.order.lines[0]?.unitNumbers ?? [])}
                  tone={twice ? "bad" : "good"}
                />
              )}
              {answer?.state === "refused" && (
                <>
                  <Stamp {...refusalStamp(answer.code)} tone="quiet" />
                  {answer.code === "LOCK_LOST" && <p className={styles.refusal}>{answer.sentence}</p>}
                </>
              )}
            </div>
          );
        })}
      </div>
      {problem && <Notice title="The race could not be run">{problem}</Notice>}
      <ResultBanner verdict={verdict} race={race} running={running} name={name} strategyIsSafe={strategy.safe} />
      {events.length > 0 && <RaceDrawing race={race} events={events} name={name} finished={!running} />}
      <AboutStrategy strategy={strategy} />
    </section>
  );
}
