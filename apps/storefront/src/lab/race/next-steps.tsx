import { Link } from "react-router";
import type { Strategy } from "../../api/types.ts";
import { CopyCommand } from "../copy-command.tsx";
import { strategyName } from "../strategy-names.ts";
import styles from "./race.module.css";

interface NextStepsProps {
  strategy: Strategy;
  passed: boolean;
  /** The strategy that "Fix it" races beside this one. */
  next: string;
  onWhy: () => void;
  onFix: () => void;
}

/** Where an answer leads: the reason, the fix, the cost, and whether it is always so. */
export function NextSteps({ strategy, passed, next, onWhy, onFix }: NextStepsProps) {
  return (
    <nav className={styles.next} aria-label="What next">
      <button type="button" className={styles.step} onClick={onWhy}>
        <b>Why?</b> <span>step by step</span>
      </button>
      <button type="button" className={styles.step} onClick={onFix}>
        <b>{passed ? "Compare" : "Fix it"}</b> <span>same race, {strategyName(next).toLowerCase()}</span>
      </button>
      <CostLink strategy={strategy.name} />
      <Always strategy={strategy} />
    </nav>
  );
}

export function CostLink({ strategy }: { strategy: string }) {
  const against = strategy === "unlocked" ? "row-lock" : "unlocked";
  const to = `/lab/throughput?strategy=${encodeURIComponent(strategy)}&against=${against}`;
  return (
    <Link className={styles.step} to={to}>
      <b>What does it cost?</b> <span>units sold per second</span>
    </Link>
  );
}

/** ZooKeeper's session has no steps, so its strategies are not explored; they have failure scenarios instead. */
export function Always({ strategy: { name, guard } }: { strategy: Strategy }) {
  if (guard !== "zookeeper") {
    return (
      <Link className={styles.step} to={`/lab/explore?strategy=${encodeURIComponent(name)}`}>
        <b>Always?</b> <span>run every interleaving</span>
      </Link>
    );
  }
  return (
    <div className={styles.step}>
      <span>
        <b>Always?</b> run every failure scenario
      </span>
      <CopyCommand command={`npm run test:strategy -- ${name}`} />
    </div>
  );
}
