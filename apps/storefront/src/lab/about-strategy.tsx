import type { Strategy } from "../api/types.ts";
import styles from "./lab.module.css";

/** The four things to know of a strategy. */
export function StrategyTexts({ about }: { about: Strategy["about"] }) {
  return (
    <dl className={styles.aboutTexts}>
      <dt>Idea</dt>
      <dd>{about.idea}</dd>
      <dt>Guarantee</dt>
      <dd>{about.guarantee}</dd>
      <dt>How it fails</dt>
      <dd>{about.failureMode}</dd>
      <dt>Cost</dt>
      <dd>{about.cost}</dd>
    </dl>
  );
}
