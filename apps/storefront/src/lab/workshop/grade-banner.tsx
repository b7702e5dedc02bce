import { Button } from "../../controls/button.tsx";
import { counted } from "../counterexample/steps.ts";
import type { Result, Verdict, Workshop } from "./use-workshop.ts";
import styles from "./workshop.module.css";

const words: Record<Verdict, { headline: string; tone: string }> = {
  correct: { headline: "✓ Correct.", tone: "good" },
  wrong: { headline: "✗ Wrong.", tone: "bad" },
  "cannot be judged": { headline: "! Cannot be judged.", tone: "open" },
};

interface GradeBannerProps {
  result?: Result;
  grading?: Workshop["grading"];
  onGrade: () => void;
}

/** The latest verdict, or how far the grade is that is under way. */
export function GradeBanner({ result, grading, onGrade }: GradeBannerProps) {
  const { headline, tone } = grading
    ? { headline: "Grading …", tone: "open" }
    : result
      ? words[result.verdict]
      : { headline: "Not graded yet.", tone: "open" };
  return (
    <div className={styles.banner} data-tone={tone}>
      <div role="status" aria-label="Verdict">
        <p className={styles.headline}>{headline}</p>
        <p className={styles.sentence}>
          {grading ? `${grading.scenario}, ${grading.orders} orders` : sentenceOf(result)}
        </p>
      </div>
      <Button onClick={onGrade} loading={grading !== undefined}>
        Grade now
      </Button>
    </div>
  );
}

function sentenceOf(result: Result | undefined): string {
  if (!result) return "Each save is graded.";
  const { failure, reason, explored, seconds, at } = result;
  const when = `Graded at ${new Date(at).toLocaleTimeString("en-GB")} in ${seconds.toFixed(1)} s.`;
  if (failure) return `${failure.deadlocks.length > 0 ? "A deadlock. " : ""}${failure.wrong[0] ?? ""} ${when}`;
  if (reason) return `${reason.message} ${when}`;
  const orders = explored.reduce((sum, each) => sum + each.orders, 0);
  return `Right in ${counted(orders, "order")} of steps. ${when}`;
}
