import { useState } from "react";
import { Button } from "../../controls/button.tsx";
import { stackJson } from "../stack/stack-client.ts";
import { Markdown } from "./markdown.tsx";
import type { Exercise } from "./use-workshop.ts";
import styles from "./workshop.module.css";

interface Solution {
  file: string;
  code: string;
  others: number;
}

/** Hints that open one after another, the explanation, and a solution, which is asked for twice. */
export function ExerciseHelp({ exercise, act }: { exercise: Exercise; act: (action: string) => Promise<void> }) {
  const { hints, hintCount, explanation } = exercise;
  const [isAsked, setAsked] = useState(false);
  const [solution, setSolution] = useState<Solution>();
  const showSolution = async () => {
    if (isAsked)
      setSolution(await stackJson<Solution>("/workshop/solution", { method: "POST" }).catch(() => undefined));
    setAsked(true);
  };
  return (
    <div className={styles.text}>
      {hints.map((hint, index) => (
        <section key={hint} aria-label={`Hint ${index + 1}`}>
          <h2>
            Hint {index + 1} of {hintCount}
          </h2>
          <Markdown text={hint} />
        </section>
      ))}
      {explanation && (
        <section aria-label="Explanation">
          <Markdown text={explanation} />
        </section>
      )}
      {solution && (
        <section aria-label="A solution">
          <h2>A solution</h2>
          <p>
            <code>{solution.file.replace(/^.*\/(?=apps\/)/, "")}</code>; {solution.others} other right ones are beside
            it.
          </p>
          <pre className={styles.code}>{solution.code}</pre>
        </section>
      )}
      <div className={styles.buttons}>
        {hints.length < hintCount && (
          <Button variant="default" onClick={() => void act("hint")}>
            {hints.length === 0 ? "Show a hint" : "Show the next hint"}
          </Button>
        )}
        {!explanation && (
          <Button variant="default" onClick={() => void act("explanation")}>
            Explain what is wrong
          </Button>
        )}
        {!solution && (
          <Button variant="default" onClick={() => void showSolution()}>
            {isAsked ? "Yes, show the solution" : "Show a solution"}
          </Button>
        )}
      </div>
    </div>
  );
}
