import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "../../api/client.ts";
import { codeOf, sentenceFor } from "../../api/problems.ts";
import { Loading } from "../../layout/loading.tsx";
import { Notice } from "../../layout/notice.tsx";
import { LabAccess, type LabHeaders } from "../lab-access.tsx";
import styles from "./locks.module.css";
import { LocksTable } from "./locks-table.tsx";
import { SendBuyers } from "./send-buyers.tsx";
import { summaryOf } from "./words.ts";

const LOOK_AGAIN_MS = 1_000;

/** Who holds and waits for what, in every store, as it is now. */
export function LocksPage() {
  useDocumentTitle("Locks · Last Unit");
  return (
    <>
      <h1>Who holds which lock?</h1>
      <p className="lede">
        Every lock that PostgreSQL, Redis, ZooKeeper and DynamoDB know of, also those of other programs. The same in a
        terminal: <code>npm run locks -- --watch</code>.
      </p>
      <LabAccess>{(headers) => <Monitor headers={headers} />}</LabAccess>
    </>
  );
}

function Monitor({ headers }: { headers: LabHeaders }) {
  const [isPaused, pause] = useState(false);
  const [wanted, setWanted] = useState("");
  const { data, error } = useQuery({
    queryKey: ["locks", headers],
    queryFn: ({ signal }) => unwrap(client.GET("/api/locks", { signal, headers, params: { query: { limit: 1_000 } } })),
    refetchInterval: isPaused ? false : LOOK_AGAIN_MS,
    enabled: !isPaused,
  });
  if (codeOf(error) === "LAB_TOKEN_REQUIRED") return <LabAccess refused>{() => null}</LabAccess>;
  const words = wanted.trim().toLowerCase();
  const locks = data?.locks.filter((lock) => JSON.stringify(lock).toLowerCase().includes(words)) ?? [];
  return (
    <>
      <div className={styles.bar}>
        <SendBuyers headers={headers} />
        <label className={styles.filter}>
          Filter
          <input type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} />
        </label>
        <button type="button" className={styles.quiet} aria-pressed={isPaused} onClick={() => pause(!isPaused)}>
          {isPaused ? "Go on" : "Pause"}
        </button>
      </div>
      {error && <Notice title="The monitor does not answer">{sentenceFor(error)}</Notice>}
      {!data && !error && <Loading what="the locks" />}
      {data && (
        <>
          <p className={styles.summary} role="status">
            {summaryOf(data)}
          </p>
          {data.stores.map(
            ({ store, problem }) =>
              problem && (
                <p key={store} className="muted">
                  Not complete, {store}: {problem}
                </p>
              ),
          )}
          <LocksTable locks={locks} />
        </>
      )}
    </>
  );
}
