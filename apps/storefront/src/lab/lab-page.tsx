import { SegmentedControl } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { client, unwrap } from "../api/client.ts";
import { codeOf, sentenceFor } from "../api/problems.ts";
import { systemQuery } from "../api/queries.ts";
import { Loading } from "../layout/loading.tsx";
import { Notice } from "../layout/notice.tsx";
import { CompareRaces } from "./compare-races.tsx";
import { headline } from "./headline.ts";
import styles from "./lab.module.css";
import { LabTokenForm, rememberedToken } from "./lab-token.tsx";
import { RaceSliders } from "./race-sliders.tsx";
import { useRaceSettings } from "./settings.ts";
import { SingleRace } from "./single-race.tsx";
import { StrategyChips } from "./strategy-chips.tsx";

export function LabPage() {
  useDocumentTitle("Race · Last Unit");
  const system = useQuery(systemQuery);
  const [token, setToken] = useState(rememberedToken);
  const [settings, change] = useRaceSettings();
  const wanted = system.data?.labTokenRequired === true;
  const strategies = useQuery({
    queryKey: ["strategies", token],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/lab/strategies", { signal, headers: token ? { authorization: `Bearer ${token}` } : {} })),
    enabled: system.data?.lab === true && (!wanted || token !== undefined),
    staleTime: Number.POSITIVE_INFINITY,
  });

  if (system.data?.lab === false) {
    return (
      <>
        <h1>The lab is off here.</h1>
        <p className="lede">
          This shop sells and does not race. Start it with <code>LAB=1</code> and a <code>LAB_TOKEN</code> to turn the
          lab on.
        </p>
      </>
    );
  }
  const refused = codeOf(strategies.error) === "LAB_TOKEN_REQUIRED";
  const list = strategies.data ?? [];
  const find = (name: string) => list.find((strategy) => strategy.name === name) ?? list[0];
  const left = find(settings.strategy);
  const right = find(settings.against);
  const compare = settings.mode === "compare";

  return (
    <>
      <h1>{headline(settings)}</h1>
      <p className="lede" style={{ marginBottom: "1.25rem" }}>
        {compare
          ? "Two ways to protect the last unit race at once, each with its own lamp and its own shoppers."
          : "Choose how the checkout protects the last unit, then let them race."}{" "}
        A race is over in a moment: <Link to="/lab/replays">replays</Link> go through one step by step, and{" "}
        <Link to="/lab/strategies">strategies</Link> shows which of them survives what. A history of your own can be{" "}
        <Link to="/lab/check">checked</Link>.
      </p>
      {wanted && (token === undefined || refused) && <LabTokenForm wrong={refused} onToken={setToken} />}
      {strategies.error && !refused && <Notice title="The lab does not answer">{sentenceFor(strategies.error)}</Notice>}
      {!strategies.error && !strategies.data && !(wanted && token === undefined) && <Loading what="the strategies" />}
      {left && right && (
        <>
          <div className={styles.modes}>
            <div>
              <StrategyChips
                label={compare ? "On the left" : "Strategy"}
                strategies={list}
                value={left.name}
                onChange={(strategy) => change({ strategy })}
              />
              {compare && (
                <StrategyChips
                  label="On the right"
                  strategies={list}
                  value={right.name}
                  onChange={(against) => change({ against })}
                />
              )}
            </div>
            <SegmentedControl
              aria-label="How many races"
              className={styles.mode}
              styles={{
                label: { color: "var(--ink)" },
                indicator: { background: "var(--sheet)", border: "1px solid var(--ink)" },
              }}
              data={[
                { value: "single", label: "One race" },
                { value: "compare", label: "Side by side" },
              ]}
              value={settings.mode}
              onChange={(mode) => change({ mode: mode === "compare" ? "compare" : "single" })}
            />
          </div>
          <RaceSliders settings={settings} onChange={change} />
          {compare ? (
            <CompareRaces settings={settings} left={left} right={right} token={token} />
          ) : (
            <SingleRace settings={settings} strategy={left} token={token} />
          )}
        </>
      )}
    </>
  );
}
