import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * The security headers of a JSON API: its responses must not be cached, framed, or interpreted as another media type.
 * Source: the OWASP REST Security Cheat Sheet.
 */
export function apiHeaders({ https }: { https: boolean }): RequestHandler {
  const headers = new Map([
    ["Cache-Control", "no-store"],
    ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
    ["X-Content-Type-Options", "nosniff"],
    ["X-Frame-Options", "DENY"],
    ["Cross-Origin-Resource-Policy", "same-origin"],
    ["Referrer-Policy", "no-referrer"],
  ]);
  if (https) headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  return (_request, response, next) => {
    response.setHeaders(headers);
    next();
  };
}

/**
 * The headers of a page. HSTS is left out without HTTPS, because it would make a browser use HTTPS for all of loopback.
 */
export const pageHeaders = ({ https }: { https: boolean }): RequestHandler =>
  helmet({
    strictTransportSecurity: https,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: https ? [] : null } },
  });
