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
}

export interface Dynamodb {
  client: DynamoDBClient;
  table: string;
  endpoint?: string;
  /** Whether the guard makes the table when it is absent. */
  createTable: boolean;
}

/**
 * A client that answers within a bound and tries once: the guard repeats a request itself, since a lock's time counts
 * from its first sending, which a repetition inside the SDK would hide.
 *
 * A local store wants a credential, and any will do. On the real service nobody's bill gets a table uninvited.
 */
export function connectDynamodb({
  endpoint,
  table = DEFAULT_TABLE,
  region,
  hasCredential,
}: DynamodbSettings): Dynamodb {
  const isLocal = endpoint !== undefined && !isAws(endpoint);
  const client = new DynamoDBClient({
    endpoint,
    region: region ?? (isLocal ? "local" : undefined),
    credentials: isLocal && !hasCredential ? { accessKeyId: "local", secretAccessKey: "local" } : undefined,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: REQUEST_BOUND_MS,
      requestTimeout: REQUEST_BOUND_MS,
      throwOnRequestTimeout: true,
    },
  });
  return { client, table, endpoint, createTable: isLocal };
}

const isAws = (endpoint: string) => /(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname);
