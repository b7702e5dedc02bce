import { Artwork } from "../../artwork/artwork.tsx";
import { numbersAsRanges } from "../../orders/order-ticket.tsx";
import { Stamp } from "../../orders/stamp.tsx";
import { refusalStamp } from "../verdict-words.ts";
import type { Pane, PaneAnswer } from "./pane-answers.ts";
import styles from "./race.module.css";

interface BuyerCardProps {
  pane: Pane;
  edition: number;
  answer?: PaneAnswer;
  /** Whether the number on this ticket is on another one as well. */
  soldTwice: boolean;
  onBuy: () => void;
}

/** One buyer: what is for sale, a button that buys for them alone, and then what they were told. */
export function BuyerCard({ pane, edition, answer, soldTwice, onBuy }: BuyerCardProps) {
  const mayTryAgain = answer?.state === "refused" && answer.code !== "OUT_OF_STOCK";
  return (
    <section className={styles.card} aria-label={`Buyer ${pane}`}>
      <div className={styles.cardHead}>
        <Artwork artwork="lamp" />
        <div>
          <h2>Buyer {pane}</h2>
          <p className="muted">Lamp, edition of {edition}</p>
        </div>
      </div>
      <div className={styles.ticket} role="status">
        {answer?.state === "asking" && <p className="muted">Buying…</p>}
        {answer?.state === "ticket" && (
          <Stamp
            above="yours is"
            word={numbersAsRanges([...answer.unitNumbers])}
            tone={soldTwice ? "bad" : "good"}
            mark={soldTwice ? "✗" : "✓"}
          />
        )}
        {answer?.state === "refused" && <Stamp {...refusalStamp(answer.code)} tone="quiet" />}
      </div>
      {(!answer || mayTryAgain) && (
        <button type="button" className={styles.buy} onClick={onBuy} aria-label={`Buy as buyer ${pane}`}>
          {mayTryAgain ? "Try again" : "Buy alone"}
        </button>
      )}
    </section>
  );
}
