import { json, type RequestHandler, type Response, type Router } from "express";
import type { z } from "zod";
import { ShopError } from "../errors.ts";
import { checkInput } from "./fields.ts";

type Method = "get" | "post";

/** Mounts a path's methods. Any other method returns 405 with `Allow`. */
export function route(router: Router, path: string, methods: Partial<Record<Method, RequestHandler[]>>): void {
  const mounted = router.route(path);
  for (const [method, handlers] of Object.entries(methods) as [Method, RequestHandler[]][])
    mounted[method](...handlers);
  const allow = Object.keys(methods)
    .flatMap((method) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()]))
    .join(", ");
  mounted.all((request) => {
    throw new ShopError("METHOD_NOT_ALLOWED", `${request.method} is not allowed here; use ${allow}.`, { allow });
  });
}

const parse = json({ limit: "16kb", strict: false, type: () => true });

/** Parses and validates a JSON body. The handler reads it with `bodyOf(response, schema)`. */
export function body(schema: z.ZodType): RequestHandler[] {
  const check: RequestHandler = (request, response, next) => {
    response.locals.body = checkInput(schema, request.body);
    next();
  };
  return [wantJson, parse, check];
}

/** For an operation without input: accepts no body or an empty object. */
export function noBody(schema: z.ZodType): RequestHandler[] {
  const check: RequestHandler = (request, _response, next) => {
    checkInput(schema, request.body ?? {});
    next();
  };
  const wantJsonIfAny: RequestHandler = (request, response, next) =>
    hasBody(request.headers) ? wantJson(request, response, next) : next();
  return [wantJsonIfAny, parse, check];
}

export const bodyOf = <S extends z.ZodType>(response: Response, _schema: S): z.output<S> => response.locals.body;

const wantJson: RequestHandler = (request, _response, next) => {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new ShopError("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json.");
  }
  next();
};

const hasBody = (headers: NodeJS.Dict<string | string[]>) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
