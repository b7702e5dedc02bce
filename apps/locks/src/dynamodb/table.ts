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
import { type Clock, within } from "../clock.ts";
import { REQUEST_BOUND_MS } from "./client.ts";
import { NoAnswer } from "./errors.ts";

/** A resource's lock. It contains no time of day, because clients' clocks are never compared. */
export interface LockItem {
  /** Absent while nobody holds the lock. */
  owner?: string;
  /** The duration that its owner asked for, in milliseconds. */
  leaseMs: number;
  /** New with every write, so that a waiting client sees that the owner is alive. */
  recordVersion: string;
  /** Raised by each acquisition, and kept on release: a counter that started again would break fencing. */
  fencingToken: bigint;
}

export type Take = { isTaken: true; fencingToken: bigint } | { isTaken: false; item: LockItem | undefined };

export type LockTable = ReturnType<typeof lockTable>;

/** The table's statements. Each answers or throws within REQUEST_BOUND_MS, `take` within twice that. */
export function lockTable(client: DynamoDBClient, table: string, clock: Clock) {
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
      // #region excerpt
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
      // #endregion
      try {
        const { Attributes } = await bounded((abortSignal) => client.send(command, { abortSignal }));
        return { isTaken: true, fencingToken: BigInt(Attributes?.fencingToken?.N ?? "0") };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // Local stores do not return the item that failed the condition.
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
            // A new one for each request: a client that has watched the version of a lost answer starts its wait again.
            ":version": { S: randomUUID() },
          },
        }),
      ),

    /** Releases the lock and keeps its counter. @returns false when it was not this owner's. */
    release: (resource: string, owner: string) =>
      ifOwner(
        new UpdateItemCommand({
          ...at(resource),
          ConditionExpression: "#owner = :owner",
          UpdateExpression: "REMOVE #owner SET recordVersion = :version",
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: { ":owner": { S: owner }, ":version": { S: randomUUID() } },
        }),
      ),

    /** Creates the table unless it exists. It can be used a moment later; until then it counts as missing. */
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

  /** The SDK's own timeouts do not cover the search for a credential, which may use the network too. */
  function bounded<T>(send: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    return within(clock, REQUEST_BOUND_MS, send(abort.signal), () => {
      abort.abort();
      throw new NoAnswer(REQUEST_BOUND_MS);
    });
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
