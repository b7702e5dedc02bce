import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "../../api/client.ts";
import { codeOf, sentenceFor } from "../../api/problems.ts";
import { systemQuery } from "../../api/queries.ts";
import { Loading } from "../../layout/loading.tsx";
import { Notice } from "../../layout/notice.tsx";
import { LabTokenForm, rememberedToken } from "../lab-token.tsx";
import { useRaceSettings } from "../settings.ts";
import styles from "./race.module.css";
import { RaceSettingsLine } from "./race-settings-line.tsx";
import { Races } from "./races.tsx";
import { StrategyPicker } from "./strategy-picker.tsx";

/** Two buyers, one unit, one click: what is asked, the button, the answer and the drawing on one screen. */
export function RacePage() {
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
          This shop runs without the lab. Start it with <code>LAB=1</code> and a <code>LAB_TOKEN</code> to turn the lab
          on.
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
    <div className={styles.page}>
      <div className={styles.question}>
        <h1>{headline(settings)}</h1>
        {left && !compare && (
          <StrategyPicker strategies={list} value={left.name} onChange={(strategy) => change({ strategy })} />
        )}
      </div>
      {wanted && (token === undefined || refused) && <LabTokenForm wrong={refused} onToken={setToken} />}
      {strategies.error && !refused && <Notice title="The lab does not answer">{sentenceFor(strategies.error)}</Notice>}
      {!strategies.error && !strategies.data && !(wanted && token === undefined) && <Loading what="the strategies" />}
      {left && right && (
        <>
          <div className={styles.line}>
            <RaceSettingsLine settings={settings} onChange={change} />
            <button
              type="button"
              className={styles.settingsLine}
              onClick={() => change({ mode: compare ? "single" : "compare" }, { push: true })}
            >
              {compare ? "One race" : "Side by side"}
            </button>
          </div>
          <Races settings={settings} change={change} strategies={list} left={left} right={right} token={token} />
        </>
      )}
    </div>
  );
}

const words = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];
const inWords = (count: number): string => words[count] ?? String(count);

/** "One unit left. Two buyers click at the same moment." */
function headline({ stock, buyers }: { stock: number; buyers: number }): string {
  return `${inWords(stock)} unit${stock === 1 ? "" : "s"} left. ${inWords(buyers)} buyers click at the same moment.`;
}
