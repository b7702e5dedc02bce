import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import { sendProblem } from "./problem.ts";

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** Serves the built storefront. Every path without a file is a page of the single-page application. */
export function staticFiles(dist: string | undefined): Handler {
  const html = dist === undefined ? undefined : readIndex(dist);
  if (dist === undefined || html === undefined) {
    return (_req, res) => sendProblem(res, 404, "NOT_FOUND", "The storefront is not built; the API is under /api.");
  }
  const headers = pageHeaders(html);
  const serve = sirv(dist, {
    single: true,
    etag: true,
    gzip: true,
    brotli: true,
    setHeaders(res, path) {
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
      // Vite names these files by their content, so they never change.
      const forever = path.startsWith("/assets/");
      res.setHeader("cache-control", forever ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  return (req, res) => {
    if (req.method !== "GET" && req.method !== "HEAD") {
      sendProblem(res, 405, "METHOD_NOT_ALLOWED", "Pages can only be read.", { allow: "GET, HEAD" });
      return;
    }
    serve(req, res, () => sendProblem(res, 404, "NOT_FOUND", "There is nothing at this address."));
  };
}

function readIndex(dist: string): string | undefined {
  try {
    return readFileSync(join(dist, "index.html"), "utf8");
  } catch {
    return undefined;
  }
}

/** Scripts only from here, and the inline ones of our own index.html by their hash; Mantine writes styles into the page. */
export function pageHeaders(html: string): Record<string, string> {
  const inlineScripts = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script]) =>
      `'sha256-${createHash("sha256")
        .update(script ?? "")
        .digest("base64")}'`,
  );
  const policy = [
    "default-src 'self'",
    ["script-src 'self'", ...inlineScripts].join(" "),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
  };
}
