import { Link } from "react-router";
import type { Verdict } from "../../api/types.ts";
import styles from "./check.module.css";
import { Counterexample } from "./counterexample.tsx";

interface ExplanationProps {
  verdict: Verdict;
  runId: string;
  token?: string;
}

/** Whether the buyers' answers are linearizable, with the counterexample and the history to download. */
export function Explanation({ verdict, runId, token }: ExplanationProps) {
  const { linearizable, unknownBecause, counterexample } = verdict;
  const history = `/api/lab/runs/${runId}/history${token ? `?token=${encodeURIComponent(token)}` : ""}`;
  return (
    <>
      {counterexample && <Counterexample {...counterexample} />}
      <p className={styles.explained}>
        {linearizable === true && "The history is linearizable: a correct shop could have given these answers. "}
        {linearizable === "unknown" && `Whether the history is linearizable is unknown. ${unknownBecause ?? ""} `}
        <a href={history} download>
          Download the history
        </a>
        , and <Link to="/lab/check">check it</Link> yourself.
      </p>
    </>
  );
}
