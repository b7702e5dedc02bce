import { createHmac, createSecretKey, type KeyObject, randomUUID } from "node:crypto";
import { parseCookie, stringifySetCookie } from "cookie";
import { sign, unsign } from "cookie-signature";
import type { Request, RequestHandler, Response } from "express";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const RANDOM_KEY = new RegExp(UUID, "i");
const YEAR_SECONDS = 365 * 24 * 3_600;

/** How buyers are known, one for each kind of route. */
export interface Buyers {
  /** The buyer of the signed cookie, or a new buyer, whose cookie the response sets. */
  byCookie: RequestHandler;
  /**
   * The same for a checkout. A request without a cookie whose idempotency key is a UUID gets a buyer that is derived from
   * the key: a client that lost the first response retries without the cookie, and must find its order. A key is a random
   * number and no password, so it finds that checkout's answer and nothing else: the cookie is set with the order that is
   * placed (`introduceBuyer`), never with a repeated answer. Any other key could be guessed, and gets a new buyer.
   */
  byCookieOrKey: RequestHandler;
}

export function knowBuyers({ secret: text, secure }: { secret: string; secure: boolean }): Buyers {
  // Importing a key costs time: once here instead of once for each signature.
  const secret = createSecretKey(text, "utf8");
  // With this prefix a browser accepts the cookie only over HTTPS and from this very host.
  const name = secure ? "__Host-buyer" : "buyer";

  function setCookie(response: Response, id: string): void {
    const cookie = { httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: YEAR_SECONDS } as const;
    response.append("Set-Cookie", stringifySetCookie(name, sign(id, secret), cookie));
  }

  function readBuyer(request: Request): string | undefined {
    const value = parseCookie(request.headers.cookie ?? "")[name];
    const id = value === undefined ? false : unsign(value, secret);
    return id && UUID.test(id) ? id : undefined;
  }

  const byCookie: RequestHandler = (request, response, next) => {
    const known = readBuyer(request);
    response.locals.buyerId = known ?? randomUUID();
    if (!known) setCookie(response, response.locals.buyerId);
    next();
  };

  const byCookieOrKey: RequestHandler = (request, response, next) => {
    const key = request.get("idempotency-key") ?? "";
    if (!RANDOM_KEY.test(key) || readBuyer(request)) return byCookie(request, response, next);
    const id = derivedFrom(key, secret);
    response.locals.buyerId = id;
    response.locals.introduceBuyer = () => setCookie(response, id);
    next();
  };

  return { byCookie, byCookieOrKey };
}

export const buyerOf = (response: Response): string => response.locals.buyerId;

/** Sets the cookie of a buyer who was known by a key only. To be called when an order was placed for them. */
export const introduceBuyer = (response: Response): void => response.locals.introduceBuyer?.();

/** A UUID (version 8) that only this shop can derive from the key. */
function derivedFrom(key: string, secret: KeyObject): string {
  const digest = createHmac("sha256", secret).update(key.toLowerCase()).digest("hex");
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
