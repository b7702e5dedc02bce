/**
 * No session could be opened: the server is unreachable or full, rejects the login, or has an untrusted certificate.
 */
export class DatabaseUnreachable extends Error {
  override readonly name = "DatabaseUnreachable";

  constructor(cause: unknown) {
    // An AggregateError of several addresses has no message of its own.
    const { message, code } = cause as { message?: string; code?: string };
    super(`No connection to PostgreSQL: ${message || code || String(cause)}`, { cause });
  }
}

/** The five-character SQLSTATE of PostgreSQL's error, which Prisma may have wrapped. */
export function sqlState(error: unknown): string | undefined {
  for (const part of causes(error)) {
    const code = part.originalCode ?? part.code;
    if (typeof code === "string" && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) && !/^P[1-9]\d{3}$/.test(code)) return code;
    // Prisma reports 40001 and 40P01 by a single code if they come from a query that it generated.
    if (part.code === "P2034" || part.kind === "TransactionWriteConflict") return "40001";
  }
  return undefined;
}

const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";
const UNIQUE_VIOLATION = "23505";
const LOCK_NOT_AVAILABLE = "55P03";
export const READ_ONLY = "25006";

/** PostgreSQL rolled the transaction back because of a concurrent one. The same work may be retried. */
export const isRetryable = (error: unknown) =>
  [SERIALIZATION_FAILURE, DEADLOCK_DETECTED].includes(sqlState(error) ?? "");

export const isLockTimeout = (error: unknown) => sqlState(error) === LOCK_NOT_AVAILABLE;

/** PostgreSQL rejected the data, because of its type, a constraint or a trigger. Other data may be accepted. */
export const isRefusedData = (error: unknown) => /^(22|23|44|P0)/.test(sqlState(error) ?? "");

/** The name of the unique constraint that the data violated, if it violated one. */
export function violatedConstraint(error: unknown): string | undefined {
  if (sqlState(error) !== UNIQUE_VIOLATION) return undefined;
  return causes(error).find((part) => typeof part.constraint === "string")?.constraint as string | undefined;
}

/**
 * The session is read-only: the server is a standby after a failover, or was made read-only because its disk is full.
 */
export const isReadOnly = (error: unknown) => sqlState(error) === READ_ONLY;

/**
 * The SQLSTATEs that mean that PostgreSQL cannot serve any request. Classes: 08 connection, 28 login, 3D database missing,
 * 53 out of connections, disk or memory, 57 shutdown, failover or statement timeout, 58 system error. Single codes: 25006
 * read-only, 25P0x session or transaction timeout, 42501 privilege missing.
 * Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const UNAVAILABLE_STATE = /^(08|28|3D|53|57|58|25006|25P0[345]|42501)/;

/** The codes of Prisma, `pg` and the operating system for a session that ended or was not available in time. */
const UNAVAILABLE_CODE = /^(P1\d{3}|P2024|P2028|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND)$/;
const CONNECTION_LOST =
  /connection (terminated|timeout|ended|error)|read timeout|not queryable|server (has )?closed the connection/i;

/**
 * The database is unreachable, rejects the login, is read-only or too slow. A commit in progress may have taken effect.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const parts = causes(error);
  // Checked before the SQLSTATE, because some codes, such as 55000, mean an outage only while connecting.
  if (parts.some((part) => part instanceof DatabaseUnreachable)) return true;
  if (UNAVAILABLE_STATE.test(sqlState(error) ?? "")) return true;
  return parts.some(
    ({ code, message }) => UNAVAILABLE_CODE.test(String(code)) || CONNECTION_LOST.test(String(message)),
  );
}

/** The reason of an outage, for the log. It is the same for all statements of one outage. */
export function whyUnavailable(error: unknown): string {
  const parts = causes(error);
  const unreachable = parts.find((part) => part instanceof DatabaseUnreachable);
  if (unreachable) return unreachable.message;
  const state = sqlState(error);
  if (state === READ_ONLY) return "The server only reads (SQLSTATE 25006)";
  return state ? `SQLSTATE ${state}` : String(parts.at(-1)?.message ?? error);
}

interface ErrorPart {
  code?: unknown;
  constraint?: unknown;
  kind?: unknown;
  message?: unknown;
  originalCode?: unknown;
}

/** The error and all its causes, wherever Prisma and pg store them. */
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
