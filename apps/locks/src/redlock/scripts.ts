import { createHash } from "node:crypto";

/** The sorted set that is a resource's queue on a node: its waiters, by how long they have waited. */
export const WAITERS = "waiters:";
const RELEASED = "released:";
/** The channel on which a node publishes that a resource was released: `OWNER FIRST`, FIRST being the longest-waiting one. */
export const channelOf = (resource: string) => RELEASED + resource;

/** Longer than a waiter's longest pause between two attempts, and short enough for a waiter that died. */
const QUEUE_TTL_MS = 10_000;

/** The length of the prefix that all owners of one waiter share, whichever attempt they belong to. */
export const WAITER_ID_LENGTH = 22;

/** A node answers a refused acquire with minus one, minus its position in the queue, minus this if nobody holds the lock. */
const DEFERRED = 1_000_000;

/** The position in the queue (0 is the first), and whether nobody holds the lock and others go first. */
export function refusalOf(answer: number): { position: number; isDeferred: boolean } {
  const isDeferred = -answer >= DEFERRED;
  return { position: Math.max(0, -answer - 1 - (isDeferred ? DEFERRED : 0)), isDeferred };
}

/**
 * How to ask for a lock: `acquire` lets those go first who are before it in the queue; `acquire-first` ignores the queue, for
 * a waiter that was notified; `acquire-past` overtakes those before it and removes them from the queue, for a waiter that has
 * waited in vain for the notified one.
 */
export type Acquire = "acquire" | "acquire-first" | "acquire-past";

/** One operation on a node for one lock. Its fields follow the number of its keys in ARGV; its keys are the next ones in KEYS. */
export type Command =
  /** OWNER TTL WAITED. */
  | Acquire
  /** OWNER TTL */
  | "extend"
  /** OWNER. `release-silently` publishes nothing. */
  | "release"
  | "release-silently"
  /** OWNER WAITED. Silently releases what an attempt won that was refused elsewhere, and queues. */
  | "withdraw"
  /** WAITER */
  | "leave";

/** As short as possible, because they are sent with every command. */
const OPCODES: Record<Command, string> = {
  acquire: "a",
  "acquire-first": "f",
  "acquire-past": "p",
  extend: "e",
  release: "r",
  "release-silently": "s",
  withdraw: "w",
  leave: "l",
};

/** A command's first argument: the operation, and its number of keys. */
export const opcodeOf = (command: Command, keyCount: number) => OPCODES[command] + keyCount;

/**
 * Carries out all commands that one event-loop tick sends to a node, in order: the commands' keys one after the other in
 * KEYS, their opcodes and fields in ARGV. Returns an array, one number or error for each command: how many keys were
 * set, extended or deleted; a refused acquire's number is negative (see `refusalOf`).
 *
 * A command takes all of its keys or none. Errors are returned and not raised: a node whose memory is full must still
 * carry out the releases that follow an acquire that it cannot carry out. The queue is a hint about whose turn it is, and
 * is only touched while clients wait; whether the lock is granted is decided by its keys. The node's own clock turns the
 * time waited into a score, so the clients' clocks need not be synchronized.
 */
const TEXT = `
local call, pcall = redis.call, redis.pcall

local function first_in_queue(key)
  return pcall("ZRANGE", "${WAITERS}" .. key, 0, 0)[1]
end

local function free(keys, owner)
  for _, key in ipairs(keys) do
    if call("GET", key) == owner then pcall("DEL", key) end
  end
end

local function enqueue(keys, id, waited)
  local time = call("TIME")
  local since = string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000) - waited)
  local position = 0
  for _, key in ipairs(keys) do
    local waiters = "${WAITERS}" .. key
    pcall("ZADD", waiters, "NX", since, id)
    pcall("PEXPIRE", waiters, ${QUEUE_TTL_MS})
    local rank = pcall("ZRANK", waiters, id)
    if type(rank) == "number" and rank > position then position = rank end
  end
  return position
end

local function acquire(keys, owner, ttl, waited, opcode)
  local id = string.sub(owner, 1, ${WAITER_ID_LENGTH})
  local has_queue, is_first = false, true
  for _, key in ipairs(keys) do
    local first = first_in_queue(key)
    if first then
      has_queue = true
      if first ~= id then is_first = false end
    end
  end
  if opcode == "a" and not is_first then
    local position = enqueue(keys, id, waited)
    for _, key in ipairs(keys) do
      if call("EXISTS", key) == 1 then return -1 - position end
    end
    return -1 - position - ${DEFERRED}
  end
  for _, key in ipairs(keys) do
    local set = pcall("SET", key, owner, "NX", "PX", ttl)
    if not set or set.err then
      free(keys, owner)
      return set or -1 - enqueue(keys, id, waited)
    end
  end
  if has_queue then
    for _, key in ipairs(keys) do
      -- Those before a notified waiter came after its notification, and are alive. By rank, because those who came in the
      -- same millisecond have the same score.
      local waiters = "${WAITERS}" .. key
      local rank = opcode == "p" and pcall("ZRANK", waiters, id)
      if type(rank) == "number" then pcall("ZREMRANGEBYRANK", waiters, 0, rank) else pcall("ZREM", waiters, id) end
    end
  end
  return #keys
end

local function extend(keys, owner, ttl)
  for _, key in ipairs(keys) do
    if call("GET", key) ~= owner then return 0 end
  end
  for _, key in ipairs(keys) do
    local extended = pcall("PEXPIRE", key, ttl)
    if type(extended) ~= "number" then return extended end
  end
  return #keys
end

local function release(keys, owner, is_silent)
  local count = 0
  for _, key in ipairs(keys) do
    if call("GET", key) == owner then
      local deleted = pcall("DEL", key)
      if type(deleted) ~= "number" then return deleted end
      count = count + 1
      local first = not is_silent and first_in_queue(key)
      if first then pcall("PUBLISH", "${RELEASED}" .. key, owner .. " " .. first) end
    else
      -- It may have been refused here and not have received the answer.
      pcall("ZREM", "${WAITERS}" .. key, string.sub(owner, 1, ${WAITER_ID_LENGTH}))
    end
  end
  return count
end

local function leave(keys, id)
  for _, key in ipairs(keys) do pcall("ZREM", "${WAITERS}" .. key, id) end
  return #keys
end

-- Redis checks its memory only before a script's first write, and that may be a release: this write changes nothing.
local probe = pcall("SETRANGE", KEYS[1], 0, "")
local full = type(probe) == "table" and string.find(probe.err, "^%-?OOM") and probe

local answers = {}
local key, arg = 1, 1
while ARGV[arg] do
  local opcode = string.sub(ARGV[arg], 1, 1)
  local keys = {}
  for _ = 1, tonumber(string.sub(ARGV[arg], 2)) do
    keys[#keys + 1] = KEYS[key]
    key = key + 1
  end
  local who, milliseconds = ARGV[arg + 1], ARGV[arg + 2]
  local answer
  if opcode == "a" or opcode == "f" or opcode == "p" then
    answer = full or acquire(keys, who, milliseconds, ARGV[arg + 3], opcode)
    arg = arg + 4
  elseif opcode == "e" then
    answer = extend(keys, who, milliseconds)
    arg = arg + 3
  elseif opcode == "w" then
    free(keys, who)
    enqueue(keys, string.sub(who, 1, ${WAITER_ID_LENGTH}), milliseconds)
    answer = #keys
    arg = arg + 3
  elseif opcode == "l" then
    answer = leave(keys, who)
    arg = arg + 2
  else
    answer = release(keys, who, opcode == "s")
    arg = arg + 2
  end
  answers[#answers + 1] = answer
end
return answers`;

export const script = { text: TEXT, hash: createHash("sha1").update(TEXT).digest("hex") } as const;
