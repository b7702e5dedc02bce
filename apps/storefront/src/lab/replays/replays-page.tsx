import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { client, unwrap } from "../../api/client.ts";
import { codeOf, sentenceFor } from "../../api/problems.ts";
import { Loading } from "../../layout/loading.tsx";
import { Notice } from "../../layout/notice.tsx";
import { LabAccess, type LabHeaders } from "../lab-access.tsx";
import { strategyName } from "../strategy-names.ts";
import styles from "./replays.module.css";

export const replayPath = (scenario: string, strategy: string) => `/lab/replays/${scenario}/${strategy}`;

/** The twelve classics. */
export function ReplaysPage() {
  useDocumentTitle("Replays · Last Unit");
  return (
    <>
      <h1>Twelve failures, step by step.</h1>
      <p className="lede">
        Each is played on the real services when you open it, in the same order every time, and shown as slowly as you
        like.
      </p>
      <LabAccess>{(headers) => <Classics headers={headers} />}</LabAccess>
    </>
  );
}

function Classics({ headers }: { headers: LabHeaders }) {
  const { data, error } = useQuery({
    queryKey: ["replays", headers],
    queryFn: ({ signal }) => unwrap(client.GET("/api/lab/replays", { signal, headers })),
  });
  if (codeOf(error) === "LAB_TOKEN_REQUIRED") return <LabAccess refused>{() => null}</LabAccess>;
  if (error) return <Notice title="The lab does not answer">{sentenceFor(error)}</Notice>;
  if (!data) return <Loading what="the replays" />;
  return (
    <ol className={styles.classics}>
      {data.map(({ number, title, scenario, strategy, available, reason }) => (
        <li key={number} className={styles.classic} data-available={available}>
          <span className={styles.number} aria-hidden="true">
            {number}
          </span>
          <div>
            {available ? (
              <Link to={replayPath(scenario, strategy)} className={styles.classicLink}>
                {title}
              </Link>
            ) : (
              <span className={styles.classicLink}>{title}</span>
            )}
            <p className={styles.under}>
              {strategyName(strategy)}
              {!available && <> · not available here: {reason}</>}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
