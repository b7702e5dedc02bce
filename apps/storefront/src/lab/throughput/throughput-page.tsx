import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "../../api/client.ts";
import { codeOf, sentenceFor } from "../../api/problems.ts";
import { Loading } from "../../layout/loading.tsx";
import { Notice } from "../../layout/notice.tsx";
import { LabAccess, type LabHeaders } from "../lab-access.tsx";
import { CompareThroughput } from "./compare-throughput.tsx";

/** Units sold per second while the crowd grows: two strategies, in turns. */
export function ThroughputPage() {
  useDocumentTitle("Throughput · Last Unit");
  return (
    <>
      <h1>Does safety slow the crowd down?</h1>
      <p className="lede">
        Two checkouts sell to growing crowds, in turns. Every buyer asks again as soon as they have their answer, and
        each unit counts once, however often it was sold.
      </p>
      <LabAccess>{(headers) => <WithStrategies headers={headers} />}</LabAccess>
    </>
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
