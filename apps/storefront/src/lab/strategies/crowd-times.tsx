import type { Matrix } from "../../api/types.ts";
import { strategyName } from "../strategy-names.ts";
import styles from "./argument.module.css";
import { asLong, asTimes, ratio } from "./matrix-cells.ts";

const CROWD = "crowd";
const BASE = "conditional-update";
const OTHERS = ["row-lock", "redlock+row-lock"];

/** How long the crowd waited under each, as ratios of one measurement: milliseconds would tell more of the machine. */
export function CrowdTimes({ matrix }: { matrix: Matrix }) {
  const times = OTHERS.map((strategy) => ({ strategy, ratio: ratio(matrix, CROWD, strategy, BASE) }));
  const measured = times.filter((entry): entry is { strategy: string; ratio: number } => entry.ratio !== undefined);
  if (measured.length === 0) {
    return <p className="muted">How long a crowd waits under it, and under others, is not measured yet.</p>;
  }
  const words = measured.map(({ strategy, ratio }) => `${asLong(ratio)} under ${strategyName(strategy)}`);
  const missing = times.filter((entry) => entry.ratio === undefined).map(({ strategy }) => strategyName(strategy));
  return (
    <div className={styles.crowd}>
      <dl>
        <div>
          <dt>{strategyName(BASE)}</dt>
          <dd>1×</dd>
        </div>
        {measured.map(({ strategy, ratio }) => (
          <div key={strategy}>
            <dt>{strategyName(strategy)}</dt>
            <dd>{asTimes(ratio)}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">
        The crowd of this measurement had its answers after a time that was {words.join(", and ")}, compared with{" "}
        {strategyName(BASE)}.{missing.length > 0 && ` ${missing.join(" and ")}: not measured yet.`}
      </p>
    </div>
  );
}
