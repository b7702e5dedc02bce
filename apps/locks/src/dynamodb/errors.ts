import type { Remedy } from "../remedy.ts";

/**
 * What a failed request means for a client that waits for a lock.
 *
 * `silent`: no answer, so a write may have happened or not. `throttled`: try again later. `table-missing`: there is no such
 * table yet. `refused`: the next attempt would be refused the same way.
 */
export type Failure = "silent" | "throttled" | "table-missing" | "refused";

export interface TableAddress {
  table: string;
  /** Absent for the real service. */
  endpoint?: string;
}

/** The SDK's errors differ by the step that failed; these are the parts that tell them apart. */
interface SdkError {
  name?: string;
  message?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

const throttling = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
]);
const expired = new Set(["ExpiredToken", "ExpiredTokenException", "RequestExpired"]);
const unknownCredential = new Set([
  "CredentialsProviderError",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
]);

/** The answer did not come within the bound, whichever step of the request took that long. */
export class NoAnswer extends Error {
  override readonly name = "TimeoutError";

  constructor(boundMs: number) {
    super(`no answer within ${boundMs} ms`);
  }
}

export function failureOf(error: unknown): Failure {
  const { name = "", code, $metadata } = error as SdkError;
  if (throttling.has(name)) return "throttled";
  if (name === "ResourceNotFoundException") return "table-missing";
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return status >= 500 ? "silent" : "refused";
  return code !== undefined || name === "TimeoutError" || name === "AbortError" ? "silent" : "refused";
}

/** One sentence that says what is wrong, and one that says what to do about it. */
export function explain(error: unknown, { table, endpoint }: TableAddress, remedy: Remedy): string {
  const { name = "", code, message = String(error) } = error as SdkError;
  const todo = (kind: "unreachable" | "refused") => remedy({ kind, service: "dynamodb", node: 1, address: endpoint });
  if (expired.has(name)) return "The AWS credential has expired. Renew it, for example: aws sso login";
  if (unknownCredential.has(name)) {
    return `No valid AWS credential was found (${name}). Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`;
  }
  if (name === "AccessDeniedException") {
    return `The AWS credential may not use the table ${table}. It needs dynamodb:GetItem and dynamodb:UpdateItem.`;
  }
  if (message === "Region is missing") return "No AWS region is known. Set AWS_REGION.";
  switch (failureOf(error)) {
    case "throttled":
      return `DynamoDB throttles the table ${table}. Give it more capacity, or on-demand billing.`;
    case "table-missing":
      return `DynamoDB has no table ${table}. Type: ${createTableByHand(table, endpoint)}`;
    case "silent":
      return `DynamoDB${endpoint ? ` at ${endpoint}` : ""} does not answer (${code ?? message}). ${todo("unreachable")}`;
    case "refused":
      return `${endpoint ? `What answers at ${endpoint}` : "DynamoDB"} refuses the request (${name}: ${message}). ${todo("refused")}`;
  }
}

const createTableByHand = (table: string, endpoint: string | undefined) =>
  `aws dynamodb create-table --table-name ${table} --attribute-definitions AttributeName=pk,AttributeType=S --key-schema AttributeName=pk,KeyType=HASH --billing-mode PAY_PER_REQUEST${endpoint ? ` --endpoint-url ${endpoint}` : ""}`;
