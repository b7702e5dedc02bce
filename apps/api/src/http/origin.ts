import type { Request, RequestHandler } from "express";
import { ShopError } from "../errors.ts";

/**
 * Refuses requests that a page of another site makes a visitor's browser send.
 *
 * - On loopback, a `Host` that is not a name of this machine or one of `publicHosts`: another site's name may be pointed at
 *   127.0.0.1 (DNS rebinding). Elsewhere the reverse proxy decides which names it serves.
 * - A state change whose `Origin` is not the request's own. A browser that sends no `Origin` says by `Sec-Fetch-Site` where
 *   the request comes from; another port of the same host is `same-site`, and foreign. Other clients send neither.
 */
export function ownOriginOnly({ onLoopback, publicHosts }: { onLoopback: boolean; publicHosts: readonly string[] }) {
  const hosts = new Set(["localhost", "127.0.0.1", "[::1]", ...publicHosts]);
  const check: RequestHandler = (request, _response, next) => {
    if (onLoopback && !hosts.has(hostName(request.headers.host ?? ""))) {
      throw new ShopError("FOREIGN_HOST", "This address is not known by that name. PUBLIC_HOSTS lists further ones.");
    }
    if (request.method !== "GET" && request.method !== "HEAD" && isForeign(request)) {
      throw new ShopError("FOREIGN_ORIGIN", "A page of another site may not change anything here.");
    }
    next();
  };
  return check;
}

const hostName = (host: string) => host.replace(/:\d+$/, "").toLowerCase();

function isForeign(request: Request): boolean {
  const { origin } = request.headers;
  if (origin !== undefined) return hostOf(origin) !== request.host?.toLowerCase();
  const site = request.headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

/** Without the scheme: a proxy that ends TLS may not say that the page came by HTTPS. Undefined for `null`. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
