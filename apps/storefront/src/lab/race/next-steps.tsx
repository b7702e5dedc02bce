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

/** Exploration takes the steps of the database alone; a strategy with a lock store has its failure scenarios instead. */
export function Always({ strategy: { name, guard } }: { strategy: Strategy }) {
  const isExplored = guard === "none";
  return (
    <div className={styles.step}>
      <span>
        <b>Always?</b> {isExplored ? "run every interleaving" : "run every failure scenario"}
      </span>
      <CopyCommand
        command={isExplored ? `npm run explore -- --strategy ${name}` : `npm run test:strategy -- ${name}`}
      />
    </div>
  );
}
