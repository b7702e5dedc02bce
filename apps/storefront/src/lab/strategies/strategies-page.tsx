import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "../../api/client.ts";
import { codeOf, sentenceFor } from "../../api/problems.ts";
import { Loading } from "../../layout/loading.tsx";
import { Notice } from "../../layout/notice.tsx";
import { LabAccess, type LabHeaders } from "../lab-access.tsx";
import { AllStrategies } from "./all-strategies.tsx";
import { DoYouNeedALock } from "./do-you-need-a-lock.tsx";
import { Measurement } from "./measurement.tsx";
import { StrategyMatrix } from "./strategy-matrix.tsx";
import { useMatrix } from "./use-matrix.ts";

/** Which strategy survives what, whether a lock is needed at all, and what to know of each. */
export function StrategiesPage() {
  useDocumentTitle("Strategies · Last Unit");
  return (
    <>
      <h1>What survives what.</h1>
      <p className="lede">
        Every strategy meets every trouble, on the real services of this installation. Choose a cell to read what
        happened.
      </p>
      <LabAccess>{(headers) => <Measured headers={headers} />}</LabAccess>
    </>
  );
}

function Measured({ headers }: { headers: LabHeaders }) {
  const strategies = useQuery({
    queryKey: ["strategies", headers],
    queryFn: ({ signal }) => unwrap(client.GET("/api/lab/strategies", { signal, headers })),
  });
  const { matrix, error, measure, asking } = useMatrix(headers);
  const problem = strategies.error ?? error;
  if (codeOf(problem) === "LAB_TOKEN_REQUIRED") return <LabAccess refused>{() => null}</LabAccess>;
  return (
    <>
      {problem && <Notice title="The lab does not answer">{sentenceFor(problem)}</Notice>}
      {!problem && !(matrix && strategies.data) && <Loading what="the matrix" />}
      {matrix && strategies.data && (
        <>
          <Measurement matrix={matrix} onMeasure={measure} asking={asking} />
          <StrategyMatrix matrix={matrix} strategies={strategies.data} />
          <DoYouNeedALock matrix={matrix} />
        </>
      )}
      {strategies.data && <AllStrategies strategies={strategies.data} />}
    </>
  );
}
