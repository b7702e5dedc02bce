import type { IncomingMessage } from "node:http";

/**
 * Whether a page of another origin makes the visitor's browser send this state change. The rules are those of the API
 * (apps/api/src/http/origin.ts): `Origin` must be the request's own. A browser that sends none says by `Sec-Fetch-Site` where
 * the request comes from; another port of the same host is `same-site`, and foreign. Other clients send neither.
 */
export function isForeignChange({ method, headers }: Pick<IncomingMessage, "method" | "headers">): boolean {
  if (method === "GET" || method === "HEAD") return false;
  const { origin, host } = headers;
  if (origin !== undefined) return hostOf(origin) !== host?.toLowerCase();
  const site = headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

/** Undefined for `null`. */
const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);
