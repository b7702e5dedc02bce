import { randomUUID } from "node:crypto";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  ResourceInUseException,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { REQUEST_BOUND_MS } from "./dynamodb-client.ts";
import { NoAnswer } from "./dynamodb-failure.ts";

/** A resource's lock. It bears no time of day: nobody's clock is compared with anybody else's. */
export interface LockItem {
  /** Absent while nobody holds it. */
  owner?: string;
  /** For how long its owner asked, in milliseconds. */
  leaseMs: number;
  /** New with every write, so that whoever watches sees that the owner lives. */
  recordVersion: string;
  /** Raised by each acquisition, and kept when the lock is freed: a counter that began anew would defeat the fence. */
  fencingToken: bigint;
}

export type Take = { isTaken: true; fencingToken: bigint } | { isTaken: false; item: LockItem | undefined };

export type LockTable = ReturnType<typeof lockTable>;

/** The table's four statements. Each answers or throws within REQUEST_BOUND_MS, `take` within two of them. */
export function lockTable(client: DynamoDBClient, table: string) {
  const at = (resource: string) => ({ TableName: table, Key: { pk: { S: resource } } });
  const names = { "#owner": "owner" };

  async function read(resource: string): Promise<LockItem | undefined> {
    const { Item } = await bounded((abortSignal) =>
      client.send(new GetItemCommand({ ...at(resource), ConsistentRead: true }), { abortSignal }),
    );
    return itemOf(Item);
  }

  return {
    read,

    /** Takes the lock if nobody holds it, or if its record still has the version `ifVersion`. */
    async take(resource: string, owner: string, leaseMs: number, ifVersion?: string): Promise<Take> {
      const command = new UpdateItemCommand({
        ...at(resource),
        ConditionExpression: `attribute_not_exists(#owner)${ifVersion ? " OR recordVersion = :seen" : ""}`,
        UpdateExpression: "SET #owner = :owner, leaseMs = :leaseMs, recordVersion = :version ADD fencingToken :one",
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: {
          ":owner": { S: owner },
          ":leaseMs": { N: String(leaseMs) },
          ":version": { S: randomUUID() },
          ":one": { N: "1" },
          ...(ifVersion && { ":seen": { S: ifVersion } }),
        },
        ReturnValues: "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      try {
        const { Attributes } = await bounded((abortSignal) => client.send(command, { abortSignal }));
        return { isTaken: true, fencingToken: BigInt(Attributes?.fencingToken?.N ?? "0") };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // Local stores do not know the wish to be shown the item that stood in the way.
        return { isTaken: false, item: error.Item ? itemOf(error.Item) : await read(resource) };
      }
    },

    /** The heartbeat. @returns false when somebody else holds the lock, or nobody. */
    renew: (resource: string, owner: string, leaseMs: number) =>
      ifOwner(
        new UpdateItemCommand({
          ...at(resource),
          ConditionExpression: "#owner = :owner",
          UpdateExpression: "SET leaseMs = :leaseMs, recordVersion = :version",
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: {
            ":owner": { S: owner },
            ":leaseMs": { N: String(leaseMs) },
            // One for each sending: a contender who has watched the version of a lost answer begins to watch anew.
            ":version": { S: randomUUID() },
          },
        }),
      ),

    /** Frees the lock and keeps its counter. @returns false when it was not this owner's. */
    free: (resource: string, owner: string) =>
      ifOwner(
        new UpdateItemCommand({
          ...at(resource),
          ConditionExpression: "#owner = :owner",
          UpdateExpression: "REMOVE #owner SET recordVersion = :version",
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: { ":owner": { S: owner }, ":version": { S: randomUUID() } },
        }),
      ),

    /** Asks for the table, if nobody else has. It can be used a moment later; until then it counts as missing. */
    async create(): Promise<void> {
      const command = new CreateTableCommand({
        TableName: table,
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      });
      try {
        await bounded((abortSignal) => client.send(command, { abortSignal }));
      } catch (error) {
        if (!(error instanceof ResourceInUseException)) throw error;
      }
    },
  };

  async function ifOwner(command: UpdateItemCommand): Promise<boolean> {
    try {
      await bounded((abortSignal) => client.send(command, { abortSignal }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

/** The SDK's own time-outs leave out the search for a credential, which may ask the network too. */
async function bounded<T>(send: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new NoAnswer(REQUEST_BOUND_MS));
      abort.abort();
    }, REQUEST_BOUND_MS);
  });
  try {
    return await Promise.race([send(abort.signal), silence]);
  } finally {
    clearTimeout(timer);
  }
}

function itemOf(item: Record<string, AttributeValue> | undefined): LockItem | undefined {
  if (!item) return undefined;
  return {
    owner: item.owner?.S,
    leaseMs: Number(item.leaseMs?.N ?? 0),
    recordVersion: item.recordVersion?.S ?? "",
    fencingToken: BigInt(item.fencingToken?.N ?? 0),
  };
}
