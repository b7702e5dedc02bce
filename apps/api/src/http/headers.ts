import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * What every answer of a JSON API carries: it is not stored, not shown in a frame, and not taken for anything else.
 * Source: the OWASP REST Security Cheat Sheet.
 */
export function apiHeaders({ https }: { https: boolean }): RequestHandler {
  const headers = new Map([
    ["Cache-Control", "no-store"],
    ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
    ["X-Content-Type-Options", "nosniff"],
    ["X-Frame-Options", "DENY"],
  ]);
  if (https) headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  return (_request, response, next) => {
    response.setHeaders(headers);
    next();
  };
}

/** For a page. Over plain HTTP on loopback, a browser must not be told that everything here is HTTPS. */
export const pageHeaders = ({ https }: { https: boolean }): RequestHandler =>
  helmet({
    strictTransportSecurity: https,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: https ? [] : null } },
  });
