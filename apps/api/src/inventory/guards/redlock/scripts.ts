import { createHash } from "node:crypto";

/** Where the waiters of a resource stand on a node, by how long they have waited. */
const WAITERS = "waiters:";
const RELEASED = "released:";
/** Where a node announces that a resource became free: `OWNER FIRST`, the waiter in FIRST being the longest-waiting one. */
export const channelOf = (resource: string) => RELEASED + resource;

/** A waiter's place outlives its longest pause between two tries, and not for long a waiter that died. */
const PLACE_TTL_MS = 10_000;

/** The characters by which all the owners of one waiter begin, whichever try they belong to. */
export const WAITER_ID_LENGTH = 22;

/** What a node answers to who is refused: minus one, minus its place in the line, minus this if nobody holds the lock. */
const DEFERRED = 1_000_000;

/** The place in the line (0 is the first), and whether nobody holds the lock and others simply came first. */
export function refusalOf(answer: number): { place: number; isDeferred: boolean } {
  const isDeferred = -answer >= DEFERRED;
  return { place: Math.max(0, -answer - 1 - (isDeferred ? DEFERRED : 0)), isDeferred };
}

/**
 * How to ask for a lock: letting those go first who stand before it in the line; without looking at the line, for whoever
 * was called; or past them, for whoever has waited in vain for the one that was called, and takes their places away.
 */
export type Acquire = "acquire" | "acquire-first" | "acquire-past";

/** One thing to do on a node for one lock. Its fields follow the number of its keys in ARGV, its keys are the next ones in KEYS. */
export type Command =
  /** OWNER TTL WAITED. */
  | Acquire
  /** OWNER TTL */
  | "extend"
  /** OWNER. `release-silently` announces nothing. */
  | "release"
  | "release-silently"
  /** OWNER WAITED. Silently gives back what a try won that was refused elsewhere, for a place in the line. */
  | "withdraw"
  /** WAITER */
  | "leave";

/** As few bytes as can be: they are sent with every command, and read by eye by nobody. */
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

/** A command's first argument: what to do, and with how many keys. */
export const opcodeOf = (command: Command, keyCount: number) => OPCODES[command] + keyCount;

/**
 * Does everything that one turn of the event loop asks of a node, in order: its commands' keys one after the other in
 * KEYS, their opcodes and fields in ARGV. Answers an array, one number or error for each command: how many keys were
 * set, extended or deleted; a refused acquire's number is negative (see `refusalOf`).
 *
 * A command takes all of its keys or none. Errors are answered and not raised: a node whose memory is full must still
 * do the releases that come after the acquire that it cannot do. A place in the line is a hint about whose turn it is,
 * and touched only where somebody waits; whether the lock is granted is decided by its keys. The node's own clock makes
 * a place of the time waited, so the clients' clocks need not agree.
 */
const TEXT = `
local call, pcall = redis.call, redis.pcall

local function first_in_line(key)
  return pcall("ZRANGE", "${WAITERS}" .. key, 0, 0)[1]
end

local function free(keys, owner)
  for _, key in ipairs(keys) do
    if call("GET", key) == owner then pcall("DEL", key) end
  end
end

local function stand_in_line(keys, id, waited)
  local time = call("TIME")
  local since = string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000) - waited)
  local place = 0
  for _, key in ipairs(keys) do
    local waiters = "${WAITERS}" .. key
    pcall("ZADD", waiters, "NX", since, id)
    pcall("PEXPIRE", waiters, ${PLACE_TTL_MS})
    local rank = pcall("ZRANK", waiters, id)
    if type(rank) == "number" and rank > place then place = rank end
  end
  return place
end

local function acquire(keys, owner, ttl, waited, opcode)
  local id = string.sub(owner, 1, ${WAITER_ID_LENGTH})
  local has_line, is_first = false, true
  for _, key in ipairs(keys) do
    local first = first_in_line(key)
    if first then
      has_line = true
      if first ~= id then is_first = false end
    end
  end
  if opcode == "a" and not is_first then
    local place = stand_in_line(keys, id, waited)
    for _, key in ipairs(keys) do
      if call("EXISTS", key) == 1 then return -1 - place end
    end
    return -1 - place - ${DEFERRED}
  end
  for _, key in ipairs(keys) do
    local set = pcall("SET", key, owner, "NX", "PX", ttl)
    if not set or set.err then
      free(keys, owner)
      return set or -1 - stand_in_line(keys, id, waited)
    end
  end
  if has_line then
    for _, key in ipairs(keys) do
      -- Those who stand before one that was called came since then, and are alive. By rank, because those who came in the
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
      local first = not is_silent and first_in_line(key)
      if first then pcall("PUBLISH", "${RELEASED}" .. key, owner .. " " .. first) end
    else
      -- It may have been refused here without hearing of it.
      pcall("ZREM", "${WAITERS}" .. key, string.sub(owner, 1, ${WAITER_ID_LENGTH}))
    end
  end
  return count
end

local function leave(keys, id)
  for _, key in ipairs(keys) do pcall("ZREM", "${WAITERS}" .. key, id) end
  return #keys
end

-- Redis looks at its memory before a script's first write alone, and that may be a release: this write changes nothing.
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
    stand_in_line(keys, string.sub(who, 1, ${WAITER_ID_LENGTH}), milliseconds)
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
