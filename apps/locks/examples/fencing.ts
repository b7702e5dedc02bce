import { once } from "node:events";
import { holdLease, withFencingTokens } from "@last-unit/locks";
import { lockNodeOptions, setNx } from "@last-unit/locks/redis";
import { Redis } from "ioredis";
import { Pool } from "pg";

const redis = new Redis("redis://localhost:6379", lockNodeOptions);
await once(redis, "ready");
const pool = new Pool({ connectionString: "postgres://localhost/app" });
const nextToken = async () => BigInt((await pool.query("SELECT nextval('lock_tokens') AS token")).rows[0].token);
const locks = withFencingTokens(setNx(redis), nextToken);

await holdLease(locks, ["invoice:42"], { lockTtlMs: 5_000, lockWaitMs: 2_000 }, async ({ fencingTokens }) => {
  const token = fencingTokens?.get("invoice:42");
  // Raise the fence before you read.
  const raised = await pool.query("UPDATE invoices SET fence = $1 WHERE id = 42 AND fence <= $1", [token]);
  if (raised.rowCount === 0) throw new Error("A later holder has raised the fence.");
  // Write only if the fence is still yours.
  const paid = await pool.query("UPDATE invoices SET paid = true WHERE id = 42 AND fence = $1", [token]);
  if (paid.rowCount === 0) throw new Error("A later holder has raised the fence.");
});
