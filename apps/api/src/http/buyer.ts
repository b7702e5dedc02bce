import { createHmac, createSecretKey, type KeyObject, randomUUID } from "node:crypto";
import { parseCookie, stringifySetCookie } from "cookie";
import { sign, unsign } from "cookie-signature";
import type { Request, RequestHandler, Response } from "express";

const COOKIE = "buyer";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const YEAR_SECONDS = 365 * 24 * 3_600;

/**
 * Knows the buyer by a signed cookie, which is set at first contact.
 *
 * A first contact that carries an idempotency key gets its identity from that key: when the first answer was lost, the
 * retry comes without the cookie too, and must still find its own order instead of placing a second one.
 */
export function knowBuyer({ secret: text, secure }: { secret: string; secure: boolean }): RequestHandler {
  // A key is prepared once; a text would be prepared for every signature.
  const secret = createSecretKey(text, "utf8");
  return (request, response, next) => {
    const known = readBuyer(request, secret);
    const id = known ?? newBuyer(request, secret);
    response.locals.buyerId = id;
    if (!known) {
      response.append(
        "Set-Cookie",
        stringifySetCookie(COOKIE, sign(id, secret), {
          httpOnly: true,
          sameSite: "lax",
          secure,
          path: "/",
          maxAge: YEAR_SECONDS,
        }),
      );
    }
    next();
  };
}

export const buyerOf = (response: Response): string => response.locals.buyerId;

function readBuyer(request: Request, secret: KeyObject): string | undefined {
  const value = parseCookie(request.headers.cookie ?? "")[COOKIE];
  const id = value === undefined ? false : unsign(value, secret);
  return id && UUID.test(id) ? id : undefined;
}

function newBuyer(request: Request, secret: KeyObject): string {
  const key = request.get("idempotency-key");
  if (!key) return randomUUID();
  // The address is part of it, so that a key which somebody else guesses from elsewhere does not lead to this buyer.
  const digest = createHmac("sha256", secret)
    .update(`${address(request)}\n${key}`)
    .digest("hex");
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;

function address(request: Request): string {
  const ip = request.ip ?? "";
  return LOOPBACK.test(ip) ? "loopback" : ip;
}
