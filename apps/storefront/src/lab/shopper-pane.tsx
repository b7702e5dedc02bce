import { Button } from "@mantine/core";
import { Artwork } from "../artwork/artwork.tsx";
import { numbersAsRanges } from "../orders/order-ticket.tsx";
import { Stamp } from "../orders/stamp.tsx";
import styles from "./lab.module.css";
import { refusalStamp } from "./refusal-words.ts";
import type { Pane, PaneAnswer } from "./use-race.ts";

interface ShopperPaneProps {
  pane: Pane;
  edition: number;
  answer?: PaneAnswer;
  /** Whether the number on this ticket is on another one as well. */
  soldTwice: boolean;
  onBuy: () => void;
}

const buttonWords = { asking: "Buying…", ticket: "Bought", refused: "Sold out" };

export function ShopperPane({ pane, edition, answer, soldTwice, onBuy }: ShopperPaneProps) {
  const mayTryAgain = answer?.state === "refused" && answer.code !== "OUT_OF_STOCK";
  return (
    <section className={styles.pane} aria-label={`Shopper ${pane}`}>
      <Artwork artwork="lamp" />
      <div className={styles.paneText}>
        <h2>Shopper {pane}</h2>
        <p className="muted">Reading lamp · edition of {edition}</p>
        <Button
          onClick={onBuy}
          loading={answer?.state === "asking"}
          disabled={answer?.state === "ticket" || (answer?.state === "refused" && !mayTryAgain)}
          aria-label={answer ? undefined : `Buy as shopper ${pane}`}
        >
          {mayTryAgain ? "Try again" : answer ? buttonWords[answer.state] : "Buy"}
        </Button>
      </div>
      <div className={styles.ticket} role="status">
        {answer?.state === "ticket" && (
          <Stamp
            above="yours is"
            word={numbersAsRanges(answer.order.lines[0]?.unitNumbers ?? [])}
            tone={soldTwice ? "bad" : "good"}
            mark={soldTwice ? "✗" : "✓"}
          />
        )}
        {answer?.state === "refused" && (
          <>
            <Stamp {...refusalStamp(answer.code)} tone="quiet" />
            {mayTryAgain && <p className={styles.refusal}>{answer.sentence}</p>}
          </>
        )}
      </div>
    </section>
  );
}
