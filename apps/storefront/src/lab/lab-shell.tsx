// First: it takes the token out of the address.
import "./stack/stack-token.ts";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useLocation } from "react-router";
import { systemQuery } from "../api/queries.ts";
import type { System } from "../api/types.ts";
import { browserStorage } from "../browser-storage.ts";
import { Frame } from "../layout/frame.tsx";
import { LAST_RACE } from "../layout/last-race.ts";
import { ResetButton } from "./reset-button.tsx";
import { useStage } from "./stage.ts";

/** Here and not in the routes: the shop's first view lists every file that a route loads by itself. */
export const processPages = () => import("./stack/process-pages.ts");

/** The lab's pages, in the sequence in which they tell their story. */
export function LabShell() {
  const system = useQuery(systemQuery).data;
  const race = useLastRace();
  useStage();
  return (
    <Frame
      room="lab"
      pages={[
        { to: "/", label: "Shop" },
        { to: `/lab${race}`, label: "Race" },
        { to: "/lab/replays", label: "Replays" },
        { to: "/lab/explore", label: "Explore" },
        { to: "/lab/strategies", label: "Strategies" },
        { to: "/lab/throughput", label: "Load" },
        { to: "/lab/locks", label: "Locks" },
        { to: "/lab/workshop", label: "Workshop" },
      ]}
      aside={<p>{system && systemLine(system)}</p>}
      footer={
        <>
          <Link to="/lab/check">Check a history</Link>
          <Link to="/lab/redlock-packages">Redlock packages</Link>
          <Link to="/lab/glossary">Glossary</Link>
          <a href="/api/docs">API reference</a>
          <ResetButton />
          <span>
            Keys: <kbd>F</kbd> enlarges the page for an audience, <kbd>D</kbd> switches between dark and light,{" "}
            <kbd>N</kbd> races the next strategy beside this one.
          </span>
        </>
      }
    />
  );
}

const systemLine = ({ replicas, lockNodes, database }: System) =>
  `${replicas} ${replicas === 1 ? "replica" : "replicas"} · ${lockNodes.answering} of ${lockNodes.total} Redis instances · ${database.replace(/(\d+)\.\d+$/, "$1")}`;

/** The race page's query string, so that the way back to it leads to the same race. */
function useLastRace(): string {
  const { pathname, search } = useLocation();
  const isRace = /^\/lab\/?$/.test(pathname);
  useEffect(() => {
    if (isRace) browserStorage.set("sessionStorage", LAST_RACE, search);
  }, [isRace, search]);
  return isRace ? search : (browserStorage.get("sessionStorage", LAST_RACE) ?? "");
}
