import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { client, unwrap } from "../../api/client.ts";
import { codeOf, sentenceFor } from "../../api/problems.ts";
import { Loading } from "../../layout/loading.tsx";
import { NotFoundPage } from "../../layout/not-found-page.tsx";
import { Notice } from "../../layout/notice.tsx";
import { LabAccess, type LabHeaders } from "../lab-access.tsx";
import { strategyName } from "../strategy-names.ts";
import { ReplayView } from "./replay-view.tsx";

/** One scenario under one strategy, run on the real services when the page opens. */
export function ReplayPage() {
  const { scenario = "", strategy = "" } = useParams();
  return (
    <LabAccess>
      {(headers) => (
        <Played key={`${scenario} ${strategy}`} scenario={scenario} strategy={strategy} headers={headers} />
      )}
    </LabAccess>
  );
}

function Played({ scenario, strategy, headers }: { scenario: string; strategy: string; headers: LabHeaders }) {
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["replay", scenario, strategy, headers],
    queryFn: ({ signal }) => {
      const path = { scenario, strategy };
      return unwrap(client.POST("/api/lab/replays/{scenario}/{strategy}", { params: { path }, signal, headers }));
    },
    // Never refetch by itself: only a person runs it again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  useDocumentTitle(data ? `${data.title} · Last Unit` : "Replay · Last Unit");
  if (codeOf(error) === "LAB_TOKEN_REQUIRED") return <LabAccess refused>{() => null}</LabAccess>;
  if (codeOf(error) === "NOT_FOUND") return <NotFoundPage />;
  if (error) {
    return (
      <>
        <h1>This replay cannot be run.</h1>
        <Notice title={strategyName(strategy)}>{sentenceFor(error)}</Notice>
      </>
    );
  }
  if (!data)
    return <Loading what="the replay: it runs on the real services, and some replays wait for a lease to expire" />;
  return <ReplayView replay={data} headers={headers} again={() => void refetch()} busy={isFetching} />;
}
