import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { holdLease } from "@last-unit/locks";
import { dynamodbLease } from "@last-unit/locks/dynamodb";

// maxAttempts: 1, because the lock repeats a request itself: a lease's validity counts from its first request.
const client = new DynamoDBClient({ region: "eu-central-1", maxAttempts: 1 });
const locks = dynamodbLease(client, { table: "locks" });

await holdLease(locks, ["invoice:42"], { lockTtlMs: 10_000, lockWaitMs: 5_000 }, async (held) => {
  console.log("working with the fencing token", held.fencingTokens?.get("invoice:42"));
  held.throwIfLost();
});

client.destroy();
