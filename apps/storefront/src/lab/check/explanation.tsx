import { Link } from "react-router";
import type { Verdict } from "../../api/types.ts";
import styles from "./check.module.css";
import { Counterexample } from "./counterexample.tsx";

interface ExplanationProps {
  verdict: Verdict;
  runId: string;
  token?: string;
}

/** Whether the buyers' answers can be explained, and what cannot; with the history to take away. */
export function Explanation({ verdict, runId, token }: ExplanationProps) {
  const { linearizable, unknownBecause, counterexample } = verdict;
  const history = `/api/lab/runs/${runId}/history${token ? `?token=${encodeURIComponent(token)}` : ""}`;
  return (
    <>
      {counterexample && <Counterexample {...counterexample} />}
      <p className={styles.explained}>
        {linearizable === true &&
          "Every answer can be explained: there is an order in which a correct shop could have given them. "}
        {linearizable === "unknown" && `Whether every answer can be explained is not known. ${unknownBecause ?? ""} `}
        <a href={history} download>
          Download the history
        </a>
        , and <Link to="/lab/check">check it</Link> yourself.
      </p>
    </>
  );
}
