import type { Replay } from "../../api/types.ts";
import { numbersAsRanges } from "../../orders/order-ticket.tsx";
import { Stamp } from "../../orders/stamp.tsx";
import lab from "../lab.module.css";
import styles from "./replays.module.css";

const refusals: Record<string, string> = {
  OUT_OF_STOCK: "sold out",
  LOCK_LOST: "lock lost",
  LOCK_BUSY: "too busy",
};

/** The outcome, and each buyer's receipt: overselling means two people with the same number. */
export function ReplayEnding({ replay: { outcome, answers, products } }: { replay: Replay }) {
  const holders = new Map<number, number>();
  for (const { unitNumbers } of Object.values(answers)) {
    for (const unit of new Set(unitNumbers)) holders.set(unit, (holders.get(unit) ?? 0) + 1);
  }
  const isTwice = (units: readonly number[]) => units.some((unit) => Number(holders.get(unit)) > 1);
  return (
    <div role="status" aria-label="Outcome">
      <div className={lab.banner} data-tone={outcome.survived ? "good" : "bad"}>
        <div className={lab.words}>
          <p className={lab.headline}>
            <span aria-hidden="true">{outcome.survived ? "✓" : "✗"}</span> {outcome.headline}
          </p>
          <p className={lab.sentence}>{outcome.sentence}</p>
        </div>
        <ul className={styles.tickets}>
          {Object.entries(answers).map(([shopper, { code, unitNumbers }]) => (
            <li key={shopper} className={styles.ticket}>
              <span>Buyer {shopper}</span>
              {unitNumbers.length > 0 ? (
                <Stamp
                  above={isTwice(unitNumbers) ? "sold twice" : "yours"}
                  word={products.length > 1 ? "the cart" : numbersAsRanges(unitNumbers)}
                  tone={isTwice(unitNumbers) ? "bad" : "good"}
                  mark={isTwice(unitNumbers) ? "✗" : "✓"}
                />
              ) : (
                <Stamp above="not bought" word={refusals[code] ?? code} tone="quiet" />
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
