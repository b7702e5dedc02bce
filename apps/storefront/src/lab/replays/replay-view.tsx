import { Button } from "@mantine/core";
import type { Replay } from "../../api/types.ts";
import type { LabHeaders } from "../lab-access.tsx";
import { ReplayEnding } from "./replay-ending.tsx";
import { ReplayLanes, resultOf } from "./replay-lanes.tsx";
import styles from "./replays.module.css";
import { SameSteps } from "./same-steps.tsx";
import { useSteps } from "./use-steps.ts";

interface ReplayViewProps {
  replay: Replay;
  headers: LabHeaders;
  again: () => void;
  busy: boolean;
}

/** What is about to happen, one step at a time, and what came of it. */
export function ReplayView({ replay, headers, again, busy }: ReplayViewProps) {
  const { title, question, steps } = replay;
  const { step, playing, goTo, next, back, play } = useSteps(steps.length);
  const current = steps[step - 1];
  const ended = step === steps.length;
  return (
    <>
      <h1>{title}</h1>
      <p className="lede">{question}</p>
      <div className={styles.controls}>
        {ended ? (
          <Button size="lg" className={styles.main} onClick={() => goTo(0)}>
            From the beginning
          </Button>
        ) : (
          <Button size="lg" className={styles.main} onClick={next}>
            {step === 0 ? "First step" : "Next step"}
          </Button>
        )}
        <Button size="lg" variant="default" onClick={play}>
          {playing ? "Pause" : "Play"}
        </Button>
        <Button size="lg" variant="default" onClick={back} disabled={step === 0}>
          Back
        </Button>
        <Button size="lg" variant="subtle" color="gray" className={styles.again} onClick={again} loading={busy}>
          Play it anew on the services
        </Button>
      </div>
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
