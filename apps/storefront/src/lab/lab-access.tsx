import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { systemQuery } from "../api/queries.ts";
import { LabTokenForm, rememberedToken } from "./lab-token.tsx";

export type LabHeaders = Record<string, string>;

/** Shows its children when the lab can be entered, with the headers that its calls want. */
export function LabAccess({ refused, children }: { refused?: boolean; children: (headers: LabHeaders) => ReactNode }) {
  const system = useQuery(systemQuery).data;
  const [token, setToken] = useState(rememberedToken);
  if (!system) return null;
  if (!system.lab) {
    return (
      <p className="lede">
        The lab is off here. Start the shop with <code>LAB=1</code> and a <code>LAB_TOKEN</code> to turn it on.
      </p>
    );
  }
  if (system.labTokenRequired && (token === undefined || refused)) {
    // What was refused was asked for above here, with the old token: beginning anew is the way to use the new one.
    const take = (typed: string) => (refused ? window.location.reload() : setToken(typed));
    return <LabTokenForm wrong={refused === true} onToken={take} />;
  }
  return children(token ? { authorization: `Bearer ${token}` } : {});
}
