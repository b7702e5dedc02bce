import { Button } from "../../controls/button.tsx";
import { useSteps } from "../use-steps.ts";
import styles from "./counterexample.module.css";
import { StepLanes } from "./step-lanes.tsx";
import { counted, deadlockSentence, sentenceOf, type ToldOrder } from "./steps.ts";

/** One order of steps, with buttons and keys that go through it, and what is wrong at its end. */
export function SteppedOrder({ order, title }: { order: ToldOrder; title: string }) {
  const { steps, preemptions, wrong, deadlocks } = order;
  const { step, next, back, goTo } = useSteps(steps.length);
  const current = steps[step - 1];
  return (
    <section className={styles.stepped} aria-label="Steps of this order">
      <div className={styles.head}>
        <h2>
          {title} <small>{`${counted(steps.length, "step")}, ${counted(preemptions, "preemption")}`}</small>
        </h2>
        <div className={styles.controls}>
          <Button variant="default" size="xs" onClick={back} disabled={step === 0}>
            ◀ Back
          </Button>
          <Button variant="default" size="xs" onClick={step === steps.length ? () => goTo(0) : next}>
            {step === steps.length ? "All steps" : "Next ▶"}
          </Button>
        </div>
      </div>
      <p className={styles.told} role="status" aria-label="What happens">
        <span className={styles.count}>
          {step} / {steps.length}
        </span>{" "}
        {current ? sentenceOf(current) : "Go through the steps with → and ←."}
      </p>
      <StepLanes order={order} step={step} onStep={goTo} />
      <ul className={styles.wrong} aria-label="What is wrong">
        {deadlocks.map((deadlock) => (
          <li key={deadlock.afterStep}>{deadlockSentence(deadlock)}</li>
        ))}
        {wrong.map((sentence) => (
          <li key={sentence}>
            <b aria-hidden="true">✗</b> {sentence}
          </li>
        ))}
      </ul>
    </section>
  );
}
