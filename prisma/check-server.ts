import { UtcClient } from "./adapter.ts";

/** The oldest version that can run the shop: conditional updates use `RETURNING` with `old` and `new`. */
const LEAST_VERSION = 18;
const CONNECT_MS = 5_000;

/** The PostgreSQL server cannot be used. The message says why and what to do, and contains no password. */
export class ServerNotUsable extends Error {
  override readonly name = "ServerNotUsable";
}

/**
 * Checks that the shop can use the server at this address: it accepts the connection as a replica opens it, is not too
 * old, can be written to, and lets this role create the tables that are missing.
 *
 * @returns how many more connections this role may open.
 * @throws ServerNotUsable
 */
export async function checkServer(databaseUrl: string): Promise<number> {
  const { hostname, port, searchParams } = new URL(databaseUrl);
  const server = `The PostgreSQL at ${searchParams.get("host") ?? hostname}:${port || 5432}`;
  let client: UtcClient | undefined;
  try {
    client = new UtcClient({
      connectionString: databaseUrl,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
      // Replicas set their timeouts in the same way.
      options: "-c lock_timeout=5000",
    });
    client.on("error", () => undefined);
    await client.connect();
    const { rows } = await client.query(QUESTIONS);
    const { version, number, isReadOnly, schema, mayCreate, hasTables, role, room } = rows[0];
    if (number < LEAST_VERSION * 10_000) {
      throw new ServerNotUsable(`${server} has version ${version.split(" ")[0]}; ${LEAST_VERSION} or newer is needed.`);
    }
    if (isReadOnly) {
      throw new ServerNotUsable(`${server} is read-only. Use the address of the primary server.`);
    }
    if (schema === null) {
      const named = searchParams.get("schema");
      throw new ServerNotUsable(
        named
          ? `${server} has no schema "${named}". Type in psql: CREATE SCHEMA "${named}"`
          : `${server} has no schema for this role: its search_path names none that exists. Add ?schema=NAME to DATABASE_URL.`,
      );
    }
    if (!mayCreate && !hasTables) {
      throw new ServerNotUsable(
        `${server} does not let the role ${role} create tables in the schema "${schema}". Type in psql, as its owner: GRANT CREATE ON SCHEMA "${schema}" TO "${role}"`,
      );
    }
    return room;
  } catch (error) {
    if (error instanceof ServerNotUsable) throw error;
    throw new ServerNotUsable(`${server} ${reasonOf(error as NodeJS.ErrnoException)}`, { cause: error });
  } finally {
    await client?.end().catch(() => undefined);
  }
}

/** The room is bounded by the server, the database and the role; -1 means no bound of one's own. */
const QUESTIONS = `
  SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
         current_setting('transaction_read_only') = 'on' AS "isReadOnly",
         current_schema()::text AS schema, current_user::text AS role,
         coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayCreate",
         to_regclass('stock') IS NOT NULL AS "hasTables",
         least(
           (SELECT sum(setting::int) FILTER (WHERE name = 'max_connections')
                 - coalesce(sum(setting::int) FILTER (WHERE name <> 'max_connections'), 0) FROM pg_settings
             WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections'))
           - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
           (SELECT nullif(rolconnlimit, -1) - (SELECT count(*) FROM pg_stat_activity WHERE usename = current_user)
              FROM pg_roles WHERE rolname = current_user),
           (SELECT nullif(datconnlimit, -1) - (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())
              FROM pg_database WHERE datname = current_database())
         )::int + 1 AS room`;

const untrusted =
  "has a TLS certificate of an unknown authority. Add sslrootcert=FILE (its certificate) to DATABASE_URL.";

/** By the codes of Node.js for certificates and connections. */
const reasons: Record<string, string> = {
  CERT_HAS_EXPIRED: "has a TLS certificate that has expired. Renew it on the server.",
  CERT_NOT_YET_VALID: "has a TLS certificate that is not valid yet. Compare the clocks of both machines.",
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: "has a TLS certificate for another host name. Use that name in DATABASE_URL.",
};

function reasonOf({ code = "", message, syscall }: NodeJS.ErrnoException): string {
  if (reasons[code]) return reasons[code];
  if (syscall === "open") return `cannot be asked: ${message}. Correct the file's name in DATABASE_URL.`;
  if (/unsupported startup parameter/.test(message)) {
    return "is PgBouncer, which rejects the timeouts that replicas set in `options`. Use PostgreSQL's own address.";
  }
  if (/does not support SSL/.test(message)) {
    return "does not offer TLS, which DATABASE_URL requires. Enable it on the server, or remove sslmode.";
  }
  // A SQLSTATE means that the server answered.
  if (/^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]+$/.test(code)) return `rejects the connection: ${message} (${code}).`;
  return `does not answer: ${message || code}.`;
}
