import type { Workshop } from "./use-workshop.ts";
import styles from "./workshop.module.css";

/** The exercises with their state; one of them is open. */
export function ExerciseList({ workshop, onOpen }: { workshop: Workshop; onOpen: (number: string) => void }) {
  const { exercises, exercise } = workshop;
  return (
    <nav className={styles.list} aria-label="Exercises">
      <ol>
        {exercises.map(({ number, title, hasPassed, verdict }) => (
          <li key={number}>
            <button
              type="button"
              aria-current={number === exercise.number ? "step" : undefined}
              onClick={() => onOpen(number)}
            >
              {Number(number)}. {title}{" "}
              <small data-passed={hasPassed}>{hasPassed ? "✓ passed" : verdict === "wrong" ? "✗ wrong" : ""}</small>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
