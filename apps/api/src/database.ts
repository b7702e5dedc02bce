import { PrismaClient } from "@last-unit/prisma";
import { PrismaPg } from "@prisma/adapter-pg";

export type Database = PrismaClient;
export type Transaction = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];

/** The bounds on every wait for the database, in milliseconds. */
export const databaseBounds = {
  /** For a free connection, and for the server to accept one. */
  connectMs: 5_000,
  /** For a row or advisory lock. */
  lockMs: 5_000,
  statementMs: 8_000,
  /** Longer than the lab's longest think time, shorter than anybody's patience. */
  idleInTransactionMs: 8_000,
  /** For a whole transaction. */
  transactionMs: 15_000,
} as const;

/** `name` is how PostgreSQL calls the connections in its own views. */
export function connectDatabase(url: string, poolSize: number, name = "last-unit"): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    max: poolSize,
    application_name: name,
    connectionTimeoutMillis: databaseBounds.connectMs,
    keepAlive: true,
    options: [
      `-c lock_timeout=${databaseBounds.lockMs}`,
      `-c statement_timeout=${databaseBounds.statementMs}`,
      `-c idle_in_transaction_session_timeout=${databaseBounds.idleInTransactionMs}`,
    ].join(" "),
  });
  return new PrismaClient({ adapter });
}

/** The five-character SQLSTATE of whatever Prisma wrapped around PostgreSQL's error. */
export function sqlState(error: unknown): string | undefined {
  for (const part of causes(error)) {
    const code = part.originalCode ?? part.code;
    if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && !/^P[1-9]\d{3}$/.test(code)) return code;
    // Prisma folds 40001 and 40P01 into one code of its own when they come from a query that it wrote itself.
    if (part.code === "P2034" || part.kind === "TransactionWriteConflict") return "40001";
  }
  return undefined;
}

const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";
const LOCK_NOT_AVAILABLE = "55P03";
const unavailablePrismaCodes = new Set([
  "P1000",
  "P1001",
  "P1002",
  "P1003",
  "P1008",
  "P1011",
  "P1017",
  "P2024",
  "P2028",
]);
const unavailableSystemCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EHOSTUNREACH",
]);

/** PostgreSQL undid the transaction so that another could go on: the same work may be tried again. */
export const isRetryable = (error: unknown) =>
  [SERIALIZATION_FAILURE, DEADLOCK_DETECTED].includes(sqlState(error) ?? "");

export const isLockTimeout = (error: unknown) => sqlState(error) === LOCK_NOT_AVAILABLE;

/** PostgreSQL refused what was to be written: a value it cannot hold, a constraint, a trigger. It may take other values. */
export const isRefusedData = (error: unknown) => /^(22|23|44|P0)/.test(sqlState(error) ?? "");

/** The database is away, starting, full or too slow; whether a commit under way took effect is unknown. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  // 08: connection exceptions. 53: too many connections, out of disk or memory. 57: shutdown, restart, statement timeout. 25P03: idle too long.
  if (state && (/^(08|53|57)/.test(state) || state === "25P03")) return true;
  return causes(error).some(
    (part) =>
      unavailablePrismaCodes.has(String(part.code)) ||
      unavailableSystemCodes.has(String(part.code)) ||
      ["ConnectionClosed", "DatabaseNotReachable", "SocketTimeout", "TooManyConnections"].includes(String(part.kind)) ||
      /connection (terminated|timeout|ended|error)|not queryable|timeout exceeded when trying to connect|server closed the connection/i.test(
        String(part.message),
      ),
  );
}

interface ErrorPart {
  code?: unknown;
  kind?: unknown;
  message?: unknown;
  originalCode?: unknown;
}

/** The error and everything that it names as its cause, at any of the places where Prisma and pg put it. */
function causes(error: unknown): ErrorPart[] {
  const found: ErrorPart[] = [];
  const queue: unknown[] = [error];
  while (queue.length > 0 && found.length < 20) {
    const part = queue.shift();
    if (typeof part !== "object" || part === null || found.includes(part)) continue;
    found.push(part);
    const { cause, meta, driverAdapterError, errors } = part as Record<string, unknown>;
    queue.push(cause, meta, driverAdapterError, ...(Array.isArray(errors) ? errors : []));
  }
  return found;
}
