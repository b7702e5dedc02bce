/** Where a package's source shows the reason for what was observed: by adapter, then by case. Of the versions in packages/. */
export const sourceLines: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  "redlock-4": {
    3: "redlock.js, line 411: an attempt is decided when every node has answered.",
  },
  "redlock-5": {
    4: "dist/esm/index.js, line 211: the lock is returned without a comparison of its `expiration` with the time.",
    5: "dist/esm/index.js, lines 275 to 293: the tries follow each other without a release; line 216 releases after the last one.",
  },
  "redlock-temp-fix": {
    4: "dist/esm/index.js, line 210: the lock is returned without a comparison of its `expiration` with the time.",
    5: "dist/esm/index.js, lines 273 to 291: the tries follow each other without a release; line 215 releases after the last one.",
  },
  "sesamecare-redlock": {
    4: "build/index.js, line 156: the lock is returned without a comparison of its `expiration` with the time.",
    5: "build/index.js, lines 217 to 235: the tries follow each other without a release; line 161 releases after the last one.",
  },
  "redlock-async": {
    3: "redlock.js, line 281: an attempt is decided when every node has answered.",
  },
  "redis-semaphore": {
    3: "lib/redlockMutex/acquire.js, line 24: an attempt waits for all nodes.",
    4: "lib/redlockMutex/acquire.js, line 25: the votes are counted; the time that they took is not compared with the TTL.",
  },
  "redlock-universal": {
    3: "dist/index.js, lines 1174 and 272: an attempt waits for all nodes, for 5 s at most.",
    7: "dist/index.js, line 1238: a refused attempt releases the nodes that were seen to grant, not those whose answer was lost.",
  },
};
