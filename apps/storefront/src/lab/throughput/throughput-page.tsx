import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "../../api/client.ts";
import { codeOf, sentenceFor } from "../../api/problems.ts";
import { Loading } from "../../layout/loading.tsx";
import { Notice } from "../../layout/notice.tsx";
import { LabAccess, type LabHeaders } from "../lab-access.tsx";
import { CompareThroughput } from "./compare-throughput.tsx";
import styles from "./throughput.module.css";

/** Units sold per second as the number of concurrent buyers grows: two strategies, alternating. */
export function ThroughputPage() {
  useDocumentTitle("Load · Last Unit");
  return (
    <div className={styles.page}>
      <h1>Is a safe checkout slower?</h1>
      <p className={styles.lede}>
        Two strategies sell to more and more concurrent buyers. A unit that was sold twice counts once.
      </p>
      <LabAccess>{(headers) => <WithStrategies headers={headers} />}</LabAccess>
    </div>
  );
}

function WithStrategies({ headers }: { headers: LabHeaders }) {
  const strategies = useQuery({
    queryKey: ["strategies", headers],
    queryFn: ({ signal }) => unwrap(client.GET("/api/lab/strategies", { signal, headers })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (codeOf(strategies.error) === "LAB_TOKEN_REQUIRED") return <LabAccess refused>{() => null}</LabAccess>;
  if (strategies.error) return <Notice title="The lab does not answer">{sentenceFor(strategies.error)}</Notice>;
  if (!strategies.data) return <Loading what="the strategies" />;
  return <CompareThroughput strategies={strategies.data} headers={headers} />;
}
