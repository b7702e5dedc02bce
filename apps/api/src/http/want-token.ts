import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { ShopError } from "../errors.ts";

/** Answers only requests that carry the lab's token. */
export function wantToken(token: string): RequestHandler {
  const digest = (value: string) => createHash("sha256").update(value).digest();
  const expected = digest(`Bearer ${token}`);
  return (request, _response, next) => {
    // EventSource cannot send headers, so the stream takes the token as a query parameter too.
    const given = request.get("authorization") ?? `Bearer ${String(request.query.token ?? "")}`;
    if (!timingSafeEqual(digest(given), expected)) {
      throw new ShopError("LAB_TOKEN_REQUIRED", "Send the lab's token as `Authorization: Bearer …`.");
    }
    next();
  };
}
