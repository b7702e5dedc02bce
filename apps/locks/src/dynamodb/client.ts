import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** The longest wait for one answer, in milliseconds. */
export const REQUEST_BOUND_MS = 500;
export const DEFAULT_TABLE = "last-unit-locks";

export interface DynamodbSettings {
  /** URL of a DynamoDB other than the region's own. */
  endpoint?: string;
  table?: string;
  region?: string;
  /** Whether the environment names a credential for the SDK's own chain. */
  hasCredential: boolean;
  /** The longest wait for one answer, in milliseconds. 0: no bound, for tests on a machine that may be busy. */
  requestBoundMs?: number;
}

export interface Dynamodb {
  client: DynamoDBClient;
  table: string;
  endpoint?: string;
  /** Whether the lock creates the table when it is absent. */
  createTable: boolean;
}

/**
 * A client that answers within a bound and tries once: the lock repeats a request itself, because a lease's validity counts
 * from its first request, which a repetition inside the SDK would hide.
 *
 * A local store wants a credential, and accepts any. On the real service the table is not created automatically.
 */
export function connectDynamodb({
  endpoint,
  table = DEFAULT_TABLE,
  region,
  hasCredential,
  requestBoundMs = REQUEST_BOUND_MS,
}: DynamodbSettings): Dynamodb {
  const isLocal = endpoint !== undefined && !isAws(endpoint);
  const client = new DynamoDBClient({
    endpoint,
    region: region ?? (isLocal ? "local" : undefined),
    credentials: isLocal && !hasCredential ? { accessKeyId: "local", secretAccessKey: "local" } : undefined,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: requestBoundMs,
      requestTimeout: requestBoundMs,
      throwOnRequestTimeout: true,
    },
  });
  return { client, table, endpoint, createTable: isLocal };
}

const isAws = (endpoint: string) => /(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname);
