import styles from "./race.module.css";
import type { RaceStep } from "./race-steps.ts";
import { dotsWidth, VoteDots, voteWords } from "./votes.tsx";

const RADIUS = 7;

interface RaceStepperProps {
  steps: readonly RaceStep[];
  /** From 1. */
  step: number;
  playing: boolean;
  onBack: () => void;
  onNext: () => void;
  onPlay: () => void;
  onClose: () => void;
}

/** Goes through the race that was just shown, one checkpoint at a time; its drawing shows the moment. */
export function RaceStepper({ steps, step, playing, onBack, onNext, onPlay, onClose }: RaceStepperProps) {
  const current = steps[step - 1];
  return (
    <section className={styles.stepper} aria-label="Why">
      <div className={styles.stepButtons}>
        <button type="button" onClick={onBack} disabled={step <= 1} aria-label="Previous step">
          ◀
        </button>
        <button type="button" onClick={onPlay} aria-label={playing ? "Pause" : "Play"}>
          {playing ? "❚❚" : "▶"}
        </button>
        <button type="button" onClick={onNext} disabled={step >= steps.length} aria-label="Next step">
          ▶❘
        </button>
      </div>
      <p role="status" aria-label="What happens" className={styles.stepSentence}>
        <span className={styles.stepCount}>
          {step} / {steps.length} · {Math.round(current?.at ?? 0).toLocaleString("en")} ms
        </span>{" "}
        {current?.sentence}
        {current?.nodes && (
          <svg
            width={dotsWidth(current.nodes.length, RADIUS) + 2}
            height={2 * RADIUS + 2}
            role="img"
            aria-label={current.nodes.map(voteWords).join(", ")}
            className={styles.stepDots}
          >
            <VoteDots nodes={current.nodes} x={1} y={RADIUS + 1} radius={RADIUS} />
          </svg>
        )}
      </p>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </section>
  );
}
