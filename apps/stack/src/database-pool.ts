import { StackError } from "./stack-error.ts";

/** A replica has two pools of that size, one of them for races. Besides, the lab has three connections, the lock monitor one. */
const POOLS = 2;
const BESIDES = 4;
const DEFAULT_POOL = 20;
const LEAST_POOL = 2;

/**
 * The `DATABASE_POOL` with which so many replicas fit into the room that PostgreSQL leaves them; undefined if the default
 * fits, or if the user has set one that does.
 *
 * @throws StackError if there is no room, or less than the user's setting needs.
 */
export function poolThatFits(room: number, replicas: number, wanted?: number): number | undefined {
  const most = Math.floor((room / replicas - BESIDES) / POOLS);
  const needed = (pool: number) => replicas * (POOLS * pool + BESIDES);
  const says = `PostgreSQL accepts ${room} connections for this role, and ${replicas} replicas`;
  if (most < LEAST_POOL) {
    throw new StackError(
      `${says} need ${needed(LEAST_POOL)}. Raise the limit of the server, the database or the role, or set REPLICAS to fewer.`,
    );
  }
  if (wanted !== undefined && wanted > most) {
    throw new StackError(
      `${says} with DATABASE_POOL=${wanted} would open ${needed(wanted)}. Set DATABASE_POOL=${most}.`,
    );
  }
  return wanted !== undefined || most >= DEFAULT_POOL ? undefined : most;
}
