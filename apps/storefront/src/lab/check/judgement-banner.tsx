import lab from "../lab.module.css";
import { Counterexample } from "./counterexample.tsx";
import type { Judging } from "./use-judge.ts";

const headlines = {
  linearizable: "Explained.",
  "not-linearizable": "Not explained.",
  unknown: "Unknown.",
} as const;

/** The verdict on a file. */
export function JudgementBanner({ judging }: { judging: Judging }) {
  const told = judging.state === "told" ? judging.told : undefined;
  return (
    <>
      <div role="status" aria-label="Judgement" className={judging.state === "idle" ? undefined : lab.live}>
        {judging.state === "judging" && (
          <p className={lab.waiting}>
            Judging… {judging.events > 0 && `${judging.events.toLocaleString("en")} events`}
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
                <dt>{told.operations === 1 ? "call" : "calls"}</dt>
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
  if (verdict === "linearizable")
    return "There is an order of events in which a correct system could have given every one of these answers.";
  if (verdict === "unknown") return `No judgement, rather than a guess: ${reason}.`;
  return reason ?? "There is no order of events in which a correct system could have given these answers.";
}
