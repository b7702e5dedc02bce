import { useCallback, useMemo } from "react";
import type { Strategy } from "../api/types.ts";
import { Notice } from "../layout/notice.tsx";
import { AboutStrategy } from "./about-strategy.tsx";
import { BothClickButton } from "./both-click-button.tsx";
import { Explanation } from "./check/explanation.tsx";
import styles from "./lab.module.css";
import { toRace } from "./lanes.ts";
import { RaceDrawing } from "./race-drawing.tsx";
import { ResultBanner } from "./result-banner.tsx";
import type { RaceSettings } from "./settings.ts";
import { ShopperPane } from "./shopper-pane.tsx";
import { strategyName } from "./strategy-names.ts";
import { type Pane, useRace } from "./use-race.ts";

interface SingleRaceProps {
  settings: RaceSettings;
  strategy: Strategy;
  token?: string;
}

/** Two panes, one button for both, the answer, and the drawing that explains it. */
export function SingleRace({ settings, strategy, token }: SingleRaceProps) {
  const { run, events, panes, verdict, running, problem, click } = useRace(settings, token);
  const race = useMemo(() => toRace(events, settings.stock, strategy.safe), [events, settings.stock, strategy.safe]);
  const name = strategyName(strategy.name);
  const both = useCallback(() => void click(["A", "B"]), [click]);
  const pane = (shopper: Pane) => (
    <ShopperPane
      pane={shopper}
      edition={settings.stock}
      answer={panes[shopper]}
      soldTwice={isSoldTwice(panes[shopper], verdict)}
      onBuy={() => void click([shopper])}
    />
  );
  return (
    <>
      <div className={styles.stage}>
        {pane("A")}
        <BothClickButton shoppers={settings.shoppers} disabled={running} onClick={both} />
        {pane("B")}
      </div>
      {problem && <Notice title="The race could not be run">{problem}</Notice>}
      <ResultBanner verdict={verdict} race={race} running={running} name={name} strategyIsSafe={strategy.safe} />
      {verdict && run && <Explanation verdict={verdict} runId={run.id} token={token} />}
      {run && events.length > 0 && <RaceDrawing race={race} events={events} name={name} finished={!running} />}
      <AboutStrategy strategy={strategy} />
    </>
  );
}

/** Whether the verdict names a unit of this ticket. */
export function isSoldTwice(
  answer: ReturnType<typeof useRace>["panes"][Pane],
  verdict: ReturnType<typeof useRace>["verdict"],
): boolean {
  if (answer?.state !== "ticket") return false;
  return Boolean(
    verdict?.evidence.some((entry) => entry.kind === "unit-sold-twice" && entry.orders?.includes(answer.order.id)),
  );
}
