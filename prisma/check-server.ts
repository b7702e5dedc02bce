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
 * old, and can be written to.
 *
 * @throws ServerNotUsable
 */
export async function checkServer(databaseUrl: string): Promise<void> {
  const { hostname, port } = new URL(databaseUrl);
  const server = `The PostgreSQL at ${hostname}:${port || 5432}`;
  const client = new UtcClient({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
    // Replicas set their timeouts in the same way.
    options: "-c lock_timeout=5000",
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(
      `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
              current_setting('transaction_read_only') = 'on' AS "isReadOnly"`,
    );
    const { version, number, isReadOnly } = rows[0];
    if (number < LEAST_VERSION * 10_000) {
      throw new ServerNotUsable(`${server} has version ${version.split(" ")[0]}; ${LEAST_VERSION} or newer is needed.`);
    }
    if (isReadOnly) {
      throw new ServerNotUsable(`${server} is read-only. Use the address of the primary server.`);
    }
  } catch (error) {
    if (error instanceof ServerNotUsable) throw error;
    throw new ServerNotUsable(`${server} ${reasonOf(error as Error & { code?: string })}`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

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

function reasonOf({ code = "", message }: Error & { code?: string }): string {
  if (reasons[code]) return reasons[code];
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
