import { Link } from "react-router";
import type { Replay } from "../../api/types.ts";
import { Button } from "../../controls/button.tsx";
import type { LabHeaders } from "../lab-access.tsx";
import { strategyName } from "../strategy-names.ts";
import { useSteps } from "../use-steps.ts";
import { ReplayEnding } from "./replay-ending.tsx";
import { ReplayLanes, resultOf } from "./replay-lanes.tsx";
import styles from "./replays.module.css";
import { SameSteps } from "./same-steps.tsx";

interface ReplayViewProps {
  replay: Replay;
  headers: LabHeaders;
  again: () => void;
  busy: boolean;
}

/** The steps, one at a time, and the outcome. */
export function ReplayView({ replay, headers, again, busy }: ReplayViewProps) {
  const { title, question, steps } = replay;
  const { step, playing, goTo, next, back, play } = useSteps(steps.length);
  const current = steps[step - 1];
  const ended = step === steps.length;
  return (
    <>
      <div className={styles.head}>
        <div>
          <h1>{title}</h1>{" "}
          <span className={styles.eyebrow}>
            {strategyName(replay.strategy)} · <Link to="/lab/replays">all replays</Link>
          </span>
        </div>
        <div className={styles.controls}>
          <Button variant="default" onClick={back} disabled={step === 0}>
            ◀ Previous step
          </Button>
          <Button variant="default" onClick={play}>
            {playing ? "❚❚ Pause" : "▶ Play"}
          </Button>
          {ended ? (
            <Button className={styles.main} onClick={() => goTo(0)}>
              From the beginning
            </Button>
          ) : (
            <Button className={styles.main} onClick={next}>
              Next step ▶
            </Button>
          )}
          <Button variant="default" onClick={again} loading={busy}>
            Run again
          </Button>
        </div>
      </div>
      <p className={styles.lede}>{question}</p>
      <div className={styles.telling} role="status" aria-label="What happens">
        <span className={styles.count}>
          {step} / {steps.length}
        </span>
        <p className={styles.sentence} data-decisive={current?.decisive && resultOf(replay)}>
          {current ? current.sentence : "Nobody has clicked yet."}
        </p>
      </div>
      <ReplayLanes replay={replay} step={step} onStep={goTo} />
      {ended && <ReplayEnding replay={replay} />}
      <SameSteps scenario={replay.scenario} strategy={replay.strategy} headers={headers} />
    </>
  );
}
