import type { Strategy } from "../api/types.ts";
import styles from "./lab.module.css";
import { strategyName } from "./strategy-names.ts";

export function AboutStrategy({ strategy }: { strategy: Strategy }) {
  const { idea, guarantee, failureMode, cost } = strategy.about;
  return (
    <section className={styles.about}>
      <h2>About this strategy: {strategyName(strategy.name)}</h2>
      <dl>
        <dt>Idea</dt>
        <dd>{idea}</dd>
        <dt>Guarantee</dt>
        <dd>{guarantee}</dd>
        <dt>How it fails</dt>
        <dd>{failureMode}</dd>
        <dt>Cost</dt>
        <dd>{cost}</dd>
      </dl>
    </section>
  );
}
