import type { ScriptModifiers } from "redlock";

/** Where the waiters of a resource stand on a node, by how long they have waited. */
const WAITERS = "waiters:";
/** Where a node announces that a resource became free: `OWNER FIRST`, the waiter in FIRST being the longest-waiting one. */
export const channelOf = (resource: string) => `released:${resource}`;

/** A waiter's place outlives its longest pause between two tries, and not for long a waiter that died. */
const PLACE_TTL_MS = 10_000;

/** What a node answers to who is refused: minus one, minus its place in the line, minus this if nobody holds the lock. */
const DEFERRED = 1_000_000;

/** The place in the line (0 is the first), and whether nobody holds the lock and others simply came first. */
export function refusalOf(answer: number): { place: number; isDeferred: boolean } {
  const isDeferred = -answer >= DEFERRED;
  return { place: Math.max(0, -answer - 1 - (isDeferred ? DEFERRED : 0)), isDeferred };
}

/**
 * The package's scripts, each wrapped: who is refused gets a place in the node's line, and who releases announces it.
 * A place is a hint about whose turn it is. Whether the lock is granted is the package's script's decision alone.
 *
 * ARGV[3]: the waiter; ARGV[4]: for how many milliseconds it has waited; ARGV[5]: 1 if it lets those before it in the
 * line go first. In a release, ARGV[2]: 1 if it is not announced. The node's own clock makes a place of it, so the clients' clocks need not agree.
 */
export const scriptModifiers: ScriptModifiers = {
  acquireScript: (script) => `
local function acquire()
${script}
end
local id = ARGV[3]
local time = redis.call("TIME")
local since = time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[4]
local isHeld = false
local isFirst = true
for _, key in ipairs(KEYS) do
  if redis.call("EXISTS", key) == 1 then isHeld = true end
  local first = redis.pcall("ZRANGE", "${WAITERS}" .. key, 0, 0)[1]
  if first and first ~= id then isFirst = false end
end
local defers = not isHeld and not isFirst and ARGV[5] == "1"
local granted = 0
if not defers then granted = acquire() end
local place = 0
for _, key in ipairs(KEYS) do
  local waiters = "${WAITERS}" .. key
  if granted == #KEYS then
    -- Whoever stands before the new holder did not come when it was called: most likely it is dead.
    local score = redis.pcall("ZSCORE", waiters, id)
    if type(score) == "string" then redis.pcall("ZREMRANGEBYSCORE", waiters, "-inf", score) end
  else
    redis.pcall("ZADD", waiters, "NX", string.format("%.0f", since), id)
    redis.pcall("PEXPIRE", waiters, ${PLACE_TTL_MS})
    local rank = redis.pcall("ZRANK", waiters, id)
    if type(rank) == "number" and rank > place then place = rank end
  end
end
if granted == #KEYS then return granted end
return -1 - place - (defers and ${DEFERRED} or 0)`,

  releaseScript: (script) => `
local function release()
${script}
end
local owned = {}
for _, key in ipairs(KEYS) do
  if redis.call("GET", key) == ARGV[1] then owned[#owned + 1] = key end
end
local count = release()
if ARGV[2] == "1" then return count end
for _, key in ipairs(owned) do
  local first = redis.pcall("ZRANGE", "${WAITERS}" .. key, 0, 0)
  redis.pcall("PUBLISH", "released:" .. key, ARGV[1] .. " " .. (first[1] or ""))
end
return count`,
};

/** Takes a waiter out of the lines of KEYS. */
export const LEAVE_SCRIPT = `
for _, key in ipairs(KEYS) do redis.call("ZREM", "${WAITERS}" .. key, ARGV[1]) end
return 1`;
