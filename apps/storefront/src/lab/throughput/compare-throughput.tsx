import { useMemo } from "react";
import type { Strategy } from "../../api/types.ts";
import { Notice } from "../../layout/notice.tsx";
import type { LabHeaders } from "../lab-access.tsx";
import { StrategySelect } from "../strategy-select.tsx";
import { FiguresTable } from "./figures-table.tsx";
import { LastLoad } from "./last-load.tsx";
import { ResultSentence } from "./result-sentence.tsx";
import { useThroughputSettings } from "./settings.ts";
import { sidesOf } from "./side.ts";
import { SideFigures } from "./side-figures.tsx";
import { StartButton } from "./start-button.tsx";
import { StepsChoice } from "./steps-choice.tsx";
import styles from "./throughput.module.css";
import { ThroughputChart } from "./throughput-chart.tsx";
import { useComparison } from "./use-comparison.ts";

interface CompareThroughputProps {
  strategies: readonly Strategy[];
  headers: LabHeaders;
}

export function CompareThroughput({ strategies, headers }: CompareThroughputProps) {
  const [settings, change] = useThroughputSettings();
  const find = (name: string) => strategies.find((strategy) => strategy.name === name) ?? strategies[0];
  const first = find(settings.strategy) as Strategy;
  const second = find(settings.against) as Strategy;
  const comparison = useComparison([first.name, second.name], settings.crowds, headers);
  const { phase, points, now, problem } = comparison;
  const sides = useMemo(() => sidesOf([first, second], points), [first, second, points]);
  const running = phase === "warming-up" || phase === "measuring";
  const same = first.name === second.name;

  return (
    <>
      {settings.problem && <Notice title="The address was not understood">{settings.problem}</Notice>}
      <div className={styles.choice}>
        <StrategySelect
          label="This checkout"
          strategies={strategies}
          chosen={first}
          disabled={running}
          onChange={(strategy) => change({ strategy })}
        />
        <StrategySelect
          label="against this one"
          strategies={strategies}
          chosen={second}
          disabled={running}
          onChange={(against) => change({ against })}
        />
        <StepsChoice crowds={settings.crowds} disabled={running} onChange={(crowds) => change({ crowds })} />
      </div>
      {problem && (
        <Notice title={comparison.measured > 0 ? "Stopped here" : "The comparison could not begin"}>
          {problem} {comparison.measured > 0 && "The figures measured until then are below."}
        </Notice>
      )}
      <div className={styles.answer} data-idle={phase === "idle"}>
        <ResultSentence sides={sides} comparison={comparison} />
        <StartButton comparison={comparison} crowds={settings.crowds} same={same} />
      </div>
      <div className={styles.stage}>
        <section className={styles.chart} aria-label="Units sold per second">
          <ThroughputChart sides={sides} crowds={settings.crowds} now={now} />
        </section>
        <SideFigures side={sides[0]} now={now?.side === 0 ? now : undefined} />
        <SideFigures side={sides[1]} now={now?.side === 1 ? now : undefined} />
      </div>
      <p className={styles.origin}>
        One of the shop’s replicas simulates the buyers and sends their requests over HTTP to all replicas. They share
        this machine’s cores with the shop, the database, this browser and everybody else who uses it. So compare the
        two lines with each other, not with those of another machine.
      </p>
      <FiguresTable sides={sides} crowds={settings.crowds} />
      <LastLoad headers={headers} />
    </>
  );
}
