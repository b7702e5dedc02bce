import type { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import type { ErrorCode } from "../errors.ts";
import { problems } from "./problems.ts";
import { problemSchema, systemSchema } from "./schemas.ts";

/** The error codes of a state change with a body. */
export const bodyErrors = [
  "INVALID_REQUEST",
  "MALFORMED_JSON",
  "UNSUPPORTED_MEDIA_TYPE",
  "BODY_TOO_LARGE",
  "FOREIGN_ORIGIN",
] as const;

export const json = (schema: z.ZodType) => ({ "application/json": { schema } });

/** Describes one operation: its responses by status, and the codes of its problems. */
export function operation(
  summary: string,
  answers: Record<number, z.ZodType>,
  codes: readonly ErrorCode[] = [],
  {
    responseHeaders,
    contentType = "application/json",
    ...input
  }: Pick<ZodOpenApiOperationObject, "requestParams" | "requestBody" | "description"> & {
    /** The headers of all responses except problems. */
    responseHeaders?: z.ZodObject;
    contentType?: string;
  } = {},
): ZodOpenApiOperationObject {
  const responses: ZodOpenApiOperationObject["responses"] = {};
  for (const [status, schema] of Object.entries(answers)) {
    responses[status as `${1 | 2 | 3 | 4 | 5}${string}`] = {
      description: "Done.",
      headers: responseHeaders,
      content: { [contentType]: { schema } },
    };
  }
  // Nearly every operation uses the database, and each looks at the request's `Host`.
  const all = new Set<ErrorCode>([...codes, "DATABASE_UNAVAILABLE", "FOREIGN_HOST"]);
  for (const status of new Set([...all].map((code) => problems[code].status))) {
    const here = [...all].filter((code) => problems[code].status === status);
    responses[String(status) as `${1 | 2 | 3 | 4 | 5}${string}`] = {
      description: here.map((code) => `\`${code}\`: ${problems[code].title}.`).join(" "),
      content: { "application/problem+json": { schema: problemSchema } },
    };
  }
  return { summary, ...input, responses };
}

const systemPaths: ZodOpenApiPathsObject = {
  "/api/system": { get: operation("What runs behind this address", { 200: systemSchema }) },
};

/** The OpenAPI 3.1 description of these features, generated from the schemas that validate requests. */
export function openApi(...features: ZodOpenApiPathsObject[]) {
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Last Unit",
      version: "0.1.0",
      description: "A shop whose checkout never sells the same unit twice, and a laboratory that shows why.",
      license: { name: "MIT", identifier: "MIT" },
    },
    paths: Object.assign({}, ...features, systemPaths),
  });
}
