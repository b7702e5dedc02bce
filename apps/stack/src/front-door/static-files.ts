import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import express, { type ErrorRequestHandler } from "express";
import expressStaticGzip from "express-static-gzip";
import { sendProblem } from "./problem.ts";

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/**
 * Serves the built storefront. Express's `send` handles ranges, conditional requests and aborted downloads. A client that
 * accepts it gets the compressed file that the build wrote beside the original. Every path without a file extension is a
 * page of the single-page application.
 */
export function staticFiles(dist: string | undefined): Handler {
  const html = dist === undefined ? undefined : readIndex(dist);
  if (dist === undefined || html === undefined) {
    return (_req, res) => sendProblem(res, 404, "NOT_FOUND", "The storefront is not built; the API is under /api.");
  }
  const headers = pageHeaders(html);
  const serve = expressStaticGzip(dist, {
    enableBrotli: true,
    orderPreference: ["br", "gzip"],
    serveStatic: {
      redirect: false,
      cacheControl: false,
      setHeaders(res, path) {
        // Vite puts a content hash into these names, so the files never change.
        const forever = path.includes(`${sep}assets${sep}`);
        res.setHeader("cache-control", forever ? "public, max-age=31536000, immutable" : "no-cache");
      },
    },
  });

  const app = express();
  app.disable("x-powered-by");
  app.use((req, res, next) => {
    if (req.method !== "GET" && req.method !== "HEAD") {
      sendProblem(res, 405, "METHOD_NOT_ALLOWED", "Pages can only be read.", { allow: "GET, HEAD" });
      return;
    }
    if (!isDecodable(req.path)) throw Object.assign(new URIError("The address is not valid."), { status: 400 });
    res.set(headers);
    next();
  }, serve);
  app.use((req, res, next) => {
    if (extname(req.path) !== "" || req.path.includes("/.")) next();
    else {
      req.url = "/index.html";
      serve(req, res, next);
    }
  });
  app.use((_req, res) => sendProblem(res, 404, "NOT_FOUND", "There is nothing at this address."));
  app.use(((error, _req, res, _next) => {
    const { status, code, detail } = problemOf(error);
    // The response to a range outside of the file states the file's length.
    const range = error.headers?.["Content-Range"];
    sendProblem(res, status, code, detail, range ? { "content-range": range } : {});
  }) satisfies ErrorRequestHandler);
  return app;
}

function problemOf({ status }: { status?: number }): { status: number; code: string; detail: string } {
  if (status === 416)
    return { status, code: "RANGE_NOT_SATISFIABLE", detail: "The requested range lies outside of the file." };
  if (status === 412) return { status, code: "PRECONDITION_FAILED", detail: "The file has changed." };
  if (status !== undefined && status < 500)
    return { status: 400, code: "INVALID_REQUEST", detail: "This request cannot be answered." };
  return { status: 500, code: "INTERNAL_ERROR", detail: "The file could not be read." };
}

function isDecodable(path: string): boolean {
  try {
    return !decodeURIComponent(path).includes("\0");
  } catch {
    return false;
  }
}
function readIndex(dist: string): string | undefined {
  try {
    return readFileSync(join(dist, "index.html"), "utf8");
  } catch {
    return undefined;
  }
}

/** Allows scripts from this origin and the inline scripts of index.html by their hash. Mantine needs inline styles. */
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
