import { type DynamoDBClient, ResourceNotFoundException, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { LocksSeen } from "../locks-seen.ts";

const ANSWER_BOUND_MS = 800;

/**
 * The locks of the table that somebody holds, among its first `limit` items: one request, which reads each item (a scan).
 * A table that does not exist has no locks: it is created with the first one.
 * @throws the SDK's error.
 */
export async function locksInTable(client: DynamoDBClient, table: string, limit: number): Promise<LocksSeen> {
  const scan = new ScanCommand({ TableName: table, ConsistentRead: true, Limit: limit });
  const sent = client.send(scan, { abortSignal: AbortSignal.timeout(ANSWER_BOUND_MS) });
  const { Items = [], LastEvaluatedKey } = await sent.catch((error: unknown) => {
    if (error instanceof ResourceNotFoundException) return { Items: [], LastEvaluatedKey: undefined };
    throw error;
  });
  const locks = Items.flatMap(({ pk, owner, fencingToken }) =>
    pk?.S && owner?.S ? [{ resource: pk.S, owner: owner.S, fencingToken: fencingToken?.N }] : [],
  );
  return { locks, isCut: LastEvaluatedKey !== undefined };
}
