import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { client, unwrap } from "../../api/client.ts";
import { codeOf, sentenceFor } from "../../api/problems.ts";
import type { Strategy } from "../../api/types.ts";
import { Loading } from "../../layout/loading.tsx";
import { NotFoundPage } from "../../layout/not-found-page.tsx";
import { Notice } from "../../layout/notice.tsx";
import { StrategyTexts } from "../about-strategy.tsx";
import { CopyCommand } from "../copy-command.tsx";
import { LabAccess, type LabHeaders } from "../lab-access.tsx";
import { raceQuery } from "../settings.ts";
import { strategyName } from "../strategy-names.ts";
import { Term } from "../term.tsx";
import { ScenarioResults } from "./scenario-results.tsx";
import { SourceFile } from "./source-file.tsx";
import { sourcesOf } from "./sources.ts";
import { roundTrips, useWhen } from "./strategy-facts.ts";
import styles from "./strategy-page.module.css";

/** One strategy: its four lines, what it passes and costs, its code, and the commands that test it alone. */
export function StrategyPage() {
  const { name = "" } = useParams();
  useDocumentTitle(`${strategyName(name)} · Last Unit`);
  return <LabAccess>{(headers) => <Found key={name} name={name} headers={headers} />}</LabAccess>;
}

function Found({ name, headers }: { name: string; headers: LabHeaders }) {
  const { data, error } = useQuery({
    queryKey: ["strategies", headers],
    queryFn: ({ signal }) => unwrap(client.GET("/api/lab/strategies", { signal, headers })),
  });
  if (codeOf(error) === "LAB_TOKEN_REQUIRED") return <LabAccess refused>{() => null}</LabAccess>;
  if (error) return <Notice title="The lab does not answer">{sentenceFor(error)}</Notice>;
  if (!data) return <Loading what="the strategy" />;
  const strategy = data.find((each) => each.name === name);
  return strategy ? <Described strategy={strategy} headers={headers} /> : <NotFoundPage />;
}

function Described({ strategy, headers }: { strategy: Strategy; headers: LabHeaders }) {
  const { name, guard, write, available, reason } = strategy;
  return (
    <>
      <p className={styles.eyebrow}>
        <Link to="/lab/strategies">Strategies</Link> · <code>{name}</code>
        {strategy.default && " · the shop’s default"}
      </p>
      <h1>{strategyName(name)}</h1>
      <p className="lede">
        {guard === "none" ? (
          <>No lock outside the database</>
        ) : (
          <>
            A <Term id="guard">guard</Term>, {guard},
          </>
        )}{" "}
        with the <Term id="write">write</Term> {write}. Use it when: {useWhen(strategy)}.{" "}
        <Link to={`/lab?${raceQuery({ strategy: name })}`}>Race with it</Link>
      </p>
      {!available && <Notice title="Not available now">{reason}</Notice>}
      <div className={styles.columns}>
        <div>
          <section className="sheet" aria-label="About">
            <StrategyTexts about={strategy.about} />
          </section>
          <section className={styles.part} aria-label="Test it">
            <h2>Test it</h2>
            <CopyCommand command={`npm run test:strategy -- ${name}`} />
            {guard === "none" && <CopyCommand command={`npm run explore -- --strategy ${name}`} />}
            <CopyCommand command={`npm run load -- --quick --strategies ${name},unlocked`} />
          </section>
        </div>
        <section className={styles.part} aria-label="Measured">
          <h2>What it passes, and what it costs</h2>
          <ScenarioResults strategy={strategy} headers={headers} />
          <p>Round trips for a cart of one product: {roundTrips(strategy)}.</p>
        </section>
      </div>
      <section className={styles.part} aria-label="Code">
        <h2>Code</h2>
        {sourcesOf(strategy).map((path) => (
          <SourceFile key={path} path={path} />
        ))}
      </section>
    </>
  );
}
