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

/** The twelve classics: each with what happens, and how it ends. */
export function ReplaysPage() {
  useDocumentTitle("Replays · Last Unit");
  return (
    <div className={styles.list}>
      <h1>Twelve races, step by step.</h1>
      <p className={styles.lede}>Each runs on the real services when you open it, with the same steps every time.</p>
      <LabAccess>{(headers) => <Classics headers={headers} />}</LabAccess>
    </div>
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
      {data.map(({ number, title, story, ends, scenario, strategy, available, reason }) => (
        <li key={number} className={styles.classic} data-available={available}>
          <span className={styles.number} aria-hidden="true">
            {number}
          </span>
          <div>
            <div className={styles.titleLine}>
              {available ? (
                <Link to={replayPath(scenario, strategy)} className={styles.classicLink}>
                  {title}
                </Link>
              ) : (
                <span className={styles.classicLink}>{title}</span>
              )}
              <span className={styles.under}>
                <span data-ends={ends}>{ends === "survives" ? "✓ passes" : "✗ fails"}</span> · {strategyName(strategy)}
              </span>
            </div>
            <p className={styles.story}>{available ? story : `Not available here: ${firstSentence(reason ?? "")}`}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

const firstSentence = (text: string) => text.match(/^.*?\.(?=\s|$)/)?.[0] ?? text;
