import lab from "../lab.module.css";
import { Counterexample } from "./counterexample.tsx";
import type { Checking } from "./use-checker.ts";

const headlines = {
  linearizable: "Linearizable.",
  "not-linearizable": "Not linearizable.",
  unknown: "Unknown.",
} as const;

/** The result for a file. */
export function CheckResult({ checking }: { checking: Checking }) {
  const told = checking.state === "told" ? checking.told : undefined;
  return (
    <>
      <div role="status" aria-label="Result" className={checking.state === "idle" ? undefined : lab.live}>
        {checking.state === "checking" && (
          <p className={lab.waiting}>
            Checking… {checking.events > 0 && `${checking.events.toLocaleString("en")} events`}
          </p>
        )}
        {told && (
          <div className={lab.banner} data-tone={tones[told.verdict]}>
            <div className={lab.words}>
              <p className={lab.headline}>
                <span aria-hidden="true">{marks[told.verdict]}</span> {headlines[told.verdict]}
              </p>
              <p className={lab.sentence}>{sentenceFor(told)}</p>
            </div>
            <dl className={lab.figures}>
              <div className={lab.figure}>
                <dt>{told.operations === 1 ? "operation" : "operations"}</dt>
                <dd>{told.operations.toLocaleString("en")}</dd>
              </div>
              <div className={lab.figure}>
                <dt>took</dt>
                <dd>
                  {told.tookMs < 1_000 ? `${Math.round(told.tookMs)} ms` : `${(told.tookMs / 1_000).toFixed(1)} s`}
                </dd>
              </div>
            </dl>
          </div>
        )}
      </div>
      {told?.counterexample && <Counterexample {...told.counterexample} />}
    </>
  );
}

const tones = { linearizable: "good", "not-linearizable": "bad", unknown: "open" } as const;
const marks = { linearizable: "✓", "not-linearizable": "✗", unknown: "?" } as const;

function sentenceFor({ verdict, reason }: { verdict: keyof typeof marks; reason?: string }): string {
  if (verdict === "linearizable") return "A correct system could have given every one of these answers.";
  if (verdict === "unknown") return `The check gave no result: ${reason}.`;
  return reason ?? "No correct system could have given these answers.";
}
