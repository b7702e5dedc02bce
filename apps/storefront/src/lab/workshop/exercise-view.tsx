import { useSearchParams } from "react-router";
import { Button } from "../../controls/button.tsx";
import { SteppedOrder } from "../counterexample/stepped-order.tsx";
import { ExerciseHelp } from "./exercise-help.tsx";
import { GradeBanner } from "./grade-banner.tsx";
import { lineDiff } from "./line-diff.ts";
import { Markdown } from "./markdown.tsx";
import type { Exercise, Workshop } from "./use-workshop.ts";
import styles from "./workshop.module.css";

const views = { task: "Task", result: "Result", change: "Your change", help: "Help" } as const;
type View = keyof typeof views;

interface ExerciseViewProps {
  workshop: Workshop;
  act: (action: string) => Promise<void>;
}

/** One exercise: its verdict, and below it one of four views. */
export function ExerciseView({ workshop: { exercises, exercise, grading }, act }: ExerciseViewProps) {
  const [params, setParams] = useSearchParams();
  const asked = params.get("view") ?? "";
  const view: View = asked in views ? (asked as View) : "task";
  const set = (change: (before: URLSearchParams) => void) =>
    setParams(
      (before) => {
        change(before);
        return before;
      },
      { replace: true, preventScrollReset: true },
    );
  const show = (next: View) =>
    set((before) => {
      before.set("view", next);
      before.delete("step");
    });
  const at = exercises.findIndex(({ number }) => number === exercise.number);
  const [previous, next] = [exercises[at - 1], exercises[at + 1]];
  return (
    <div className={styles.exercise}>
      <div className={styles.head}>
        <h1>
          {Number(exercise.number)}. {exercise.title}
        </h1>
        <div className={styles.buttons}>
          <Button variant="default" size="xs" disabled={!previous} onClick={() => void act(`open/${previous?.number}`)}>
            Previous
          </Button>
          <Button variant="default" size="xs" disabled={!next} onClick={() => void act(`open/${next?.number}`)}>
            Next
          </Button>
          <Button
            variant="default"
            size="xs"
            onClick={() => set((before) => (before.has("stage") ? before.delete("stage") : before.set("stage", "")))}
          >
            {params.has("stage") ? "Leave the stage" : "Present"}
          </Button>
        </div>
      </div>
      <GradeBanner
        result={exercise.result}
        grading={grading}
        onGrade={() => {
          show("result");
          void act("grade");
        }}
      />
      <div className={styles.views}>
        {Object.entries(views).map(([name, label]) => (
          <button key={name} type="button" aria-pressed={view === name} onClick={() => show(name as View)}>
            {label}
          </button>
        ))}
        <a href={`vscode://file${encodeURI(exercise.file)}`}>Open the file in VS Code</a>
      </div>
      {view === "task" && (
        <div className={styles.text}>
          <Markdown text={exercise.task.replace(/^# .*\n/, "")} />
        </div>
      )}
      {view === "result" && <ResultView exercise={exercise} />}
      {view === "change" && <Change exercise={exercise} />}
      {view === "help" && <ExerciseHelp exercise={exercise} act={act} />}
    </div>
  );
}

function ResultView({ exercise: { result, number } }: { exercise: Exercise }) {
  if (!result) return <p>Nothing has been graded yet.</p>;
  const { failure, processes, reason, explored } = result;
  return (
    <>
      {failure && processes && (
        <SteppedOrder order={{ ...failure, processes }} title={`Shortest wrong order: ${failure.scenario}`} />
      )}
      {failure && (
        <p className={styles.again}>
          To repeat it:{" "}
          <code>{`npm run grade -- ${number} --scenario ${failure.reference} --replay '${failure.schedule}'`}</code>
        </p>
      )}
      {reason && <p>{reason.next}</p>}
      {!failure && (
        <ul>
          {explored.map(({ scenario, extent }) => (
            <li key={scenario}>
              {scenario}: right in {extent}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Change({ exercise: { start, code } }: { exercise: Exercise }) {
  const lines = lineDiff(start, code);
  if (lines.every(({ kind }) => kind === "same")) return <p>The file is as it was at the start.</p>;
  const marks = { same: " ", added: "+", removed: "−" };
  return (
    <pre className={styles.code}>
      {lines.map(({ kind, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place.
        <span key={index} data-kind={kind}>{`${marks[kind]} ${text}\n`}</span>
      ))}
    </pre>
  );
}
