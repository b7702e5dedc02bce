import type { Verdict } from "../../api/types.ts";
import styles from "./check.module.css";
import { Counterexample } from "./counterexample.tsx";

/** Whether the buyers' answers can be explained, and what cannot. */
export function Explanation({ verdict: { linearizable, unknownBecause, counterexample } }: { verdict: Verdict }) {
  if (counterexample) return <Counterexample {...counterexample} />;
  return (
    <p className={styles.explained}>
      {linearizable === true
        ? "Every answer can be explained: there is an order in which a correct shop could have given them."
        : `Whether every answer can be explained is not known. ${unknownBecause ?? ""}`}
    </p>
  );
}
