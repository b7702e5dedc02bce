import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "../../api/client.ts";
import { codeOf, sentenceFor } from "../../api/problems.ts";
import { Loading } from "../../layout/loading.tsx";
import { Notice } from "../../layout/notice.tsx";
import { LabAccess, type LabHeaders } from "../lab-access.tsx";
import { ChooseStrategy } from "./choose-strategy.tsx";
import { Measurement } from "./measurement.tsx";
import styles from "./strategies-page.module.css";
import { StrategyTable } from "./strategy-table.tsx";
import { useMatrix } from "./use-matrix.ts";

/** Every strategy on one screen: correct or not, and at which cost. */
export function StrategiesPage() {
  useDocumentTitle("Strategies · Last Unit");
  return (
    <div className={styles.page}>
      <h1>Which strategy sells each unit once?</h1>
      <LabAccess>{(headers) => <Compared headers={headers} />}</LabAccess>
    </div>
  );
}

function Compared({ headers }: { headers: LabHeaders }) {
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
      {matrix && <Measurement matrix={matrix} onMeasure={measure} asking={asking} />}
      <div className={styles.table}>
        {strategies.data ? (
          <StrategyTable strategies={strategies.data} matrix={matrix} />
        ) : (
          !problem && <Loading what="the strategies" />
        )}
      </div>
      <ChooseStrategy />
    </>
  );
}
