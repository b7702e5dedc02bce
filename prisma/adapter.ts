import { PrismaPg } from "@prisma/adapter-pg";
import type { SqlQuery, SqlQueryable } from "@prisma/driver-adapter-utils";
import pg from "pg";

declare module "pg" {
  interface ClientBase {
    /** The parameters of the startup message. pg has it, its types do not. */
    getStartupConf(): Record<string, string>;
  }
}

/**
 * Prisma's adapter for PostgreSQL, right in every time zone and schema.
 *
 * Prisma's own (7.10.1) reads and writes times without their offset, so both are wrong by it unless the session is in
 * UTC. This one keeps the offset in both directions, whatever the session's zone is. Sessions are in UTC besides, and in
 * the ISO date style, the only one that the adapter can read.
 *
 * Prisma names a schema with every table, `public` unless it is told otherwise; the shop's own statements and the migrations
 * name none. So Prisma is told the schema in which the session would create a table.
 */
export class PostgresAdapter extends PrismaPg {
  /** @param pool a pool of `UtcClient`s, or what one is made with. */
  constructor(pool: pg.Pool | pg.PoolConfig, options?: { disposeExternalPool?: boolean }) {
    super(pool instanceof pg.Pool ? pool : { ...pool, Client: UtcClient }, options);
  }

  override async connect() {
    const adapter = writesOffsets(await super.connect());
    const { rows } = await adapter.queryRaw({ sql: "SELECT current_schema()::text", args: [], argTypes: [] });
    const schemaName = rows[0]?.[0] as string | undefined;
    adapter.getConnectionInfo = () => ({ schemaName, supportsRelationJoins: true });
    const startTransaction = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (isolationLevel) => writesOffsets(await startTransaction(isolationLevel));
    return adapter;
  }
}

/** A session in UTC, in the ISO date style, and in the schema that `?schema=` of its address names, if it names one. */
export class UtcClient extends pg.Client {
  readonly #schema: string | undefined;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const address = typeof config === "string" ? config : config?.connectionString;
    this.#schema =
      address && URL.canParse(address) ? (new URL(address).searchParams.get("schema") ?? undefined) : undefined;
  }

  /**
   * A startup parameter precedes what the server, the database and the role set. Unlike `options` and `SET`, PgBouncer
   * takes these two, and keeps them when it pools transactions.
   */
  override getStartupConf() {
    const conf = { ...super.getStartupConf(), TimeZone: "UTC", DateStyle: "ISO" };
    return this.#schema ? { ...conf, search_path: `"${this.#schema.replaceAll('"', '""')}"` } : conf;
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg declares eight overloads of it.
  override query(query: any, ...rest: any[]): any {
    // The adapter's parsers replace the offset by +00:00. They come with each query and precede those of the connection.
    const isPrismas = typeof query === "object" && query.types;
    return super.query(isPrismas ? { ...query, types: readsOffsets(query.types) } : query, ...(rest as []));
  }
}

/** The parsers, with times as PostgreSQL writes them: `2026-11-26 20:15:03.25+05:45` becomes `2026-11-26T20:15:03.25+05:45`. */
function readsOffsets(types: pg.CustomTypesConfig): pg.CustomTypesConfig {
  return {
    getTypeParser: ((oid: number, format: "text") =>
      oid === pg.types.builtins.TIMESTAMPTZ
        ? isoTime
        : types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
  };
}

/** PostgreSQL leaves out the minutes of a whole hour's offset; ISO 8601 in JavaScript needs them. */
const isoTime = (text: string) => text.replace(" ", "T").replace(/[+-]\d{2}$/, "$&:00");

function writesOffsets<T extends SqlQueryable>(queryable: T): T {
  const queryRaw = queryable.queryRaw.bind(queryable);
  const executeRaw = queryable.executeRaw.bind(queryable);
  queryable.queryRaw = (query) => queryRaw(withOffsets(query));
  queryable.executeRaw = (query) => executeRaw(withOffsets(query));
  return queryable;
}

/** Sends times as ISO 8601 texts, which end in `Z`; the adapter would write the same time without its zone. */
function withOffsets(query: SqlQuery): SqlQuery {
  if (!query.argTypes.some(isTime)) return query;
  return {
    ...query,
    args: query.args.map((arg, index) => (isTime(query.argTypes[index]) ? isoText(arg) : arg)),
    argTypes: query.argTypes.map((type) => (isTime(type) ? { ...type, scalarType: "string" } : type)),
  };
}

const isTime = (type?: SqlQuery["argTypes"][number]) => type?.scalarType === "datetime";

const isoText = (arg: unknown): unknown => {
  if (Array.isArray(arg)) return arg.map(isoText);
  return arg === null ? null : new Date(arg as string | Date).toISOString();
};
