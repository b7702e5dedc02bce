/** The key under which the lab remembers the race page's query string: its settings and its run. One tab's. */
export const LAST_RACE = "last-unit-race";
