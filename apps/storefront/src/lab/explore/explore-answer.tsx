import { Button } from "../../controls/button.tsx";
import { counted } from "../counterexample/steps.ts";
import lab from "../lab.module.css";
import styles from "./explore.module.css";
import type { Exploration } from "./use-exploration.ts";

interface ExploreAnswerProps {
  exploration: Exploration;
  onRun: () => void;
  onStop: () => void;
}

/** The button, then what is found so far, then the answer, all in the same place. */
export function ExploreAnswer({ exploration, onRun, onStop }: ExploreAnswerProps) {
  const { state, progress } = exploration;
  if (state === "idle") {
    return (
      <div className={styles.answer}>
        <button type="button" className={lab.both} onClick={onRun}>
          Run every order
        </button>
      </div>
    );
  }
  const isBusy = state !== "done" && state !== "failed";
  const { headline, sentence, tone } = wordsOf(exploration);
  return (
    <div className={styles.answer}>
      <div className={styles.result} data-tone={tone}>
        <div role="status" aria-label="Result">
          <p className={styles.headline}>{headline}</p>
          <p className={styles.sentence}>{sentence}</p>
        </div>
        <div className={styles.buttons}>
          {isBusy ? (
            <Button variant="default" onClick={onStop} disabled={state !== "running"}>
              Stop
            </Button>
          ) : (
            <Button variant={progress.orders > 0 ? "default" : "main"} onClick={onRun}>
              {progress.orders > 0 ? "Run again" : "Run every order"}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

function wordsOf({ state, progress, found, wanted, extent = "", detail = "" }: Exploration) {
  const { orders, wrong, seconds, preemptions } = progress;
  const rate = seconds > 0 ? `, ${Math.round(orders / seconds).toLocaleString("en")} orders/s` : "";
  if (state === "failed") return { headline: "It did not end.", sentence: detail, tone: "open" };
  if (state === "preparing") {
    const what = wanted?.schedule === undefined ? "stores for it alone" : "stores, then the order of the address";
    return { headline: "Starting …", sentence: `First a database and ${what}.`, tone: "open" };
  }
  if (state !== "done") {
    const sentence = `${counted(orders, "order")} so far${rate}; now those with ${counted(preemptions, "preemption")}.`;
    return { headline: `${wrong.toLocaleString("en")} wrong`, sentence, tone: wrong > 0 ? "bad" : "open" };
  }
  if (wanted?.schedule !== undefined) {
    const isWrong = (found?.wrong.length ?? 0) > 0;
    return {
      headline: isWrong ? "✗ Wrong in this order." : "✓ Right in this order.",
      sentence: `${counted(found?.steps.length ?? 0, "step")}; schedule ${found?.schedule}`,
      tone: isWrong ? "bad" : "good",
    };
  }
  const isComplete = extent.startsWith("all ");
  const sentence = `${extent.slice(0, 1).toUpperCase()}${extent.slice(1)}${rate}.`;
  if (wrong > 0)
    return { headline: `✗ ${wrong.toLocaleString("en")} of ${counted(orders, "order")} wrong.`, sentence, tone: "bad" };
  return { headline: isComplete ? "✓ Right in every order." : "✓ None wrong.", sentence, tone: "good" };
}
