import { Redis } from "ioredis";
import { openStrategies } from "./registry.ts";
import type { Strategy } from "./strategy.ts";

/** The documentation's page of strategies, from the same texts that the application shows. */
export function strategiesPage(): string {
  const strategies = Object.values(openStrategies(notConnected()));
  return [
    "# The strategies",
    "",
    "Written by `npm run docs` from the strategies' own files; the lab shows the same texts. A strategy is a guard times a write, and it is called safe when concurrent buyers are kept apart as long as no lease outlives its holder's attention. What happens when one does is measured in the lab, at `/lab/strategies`.",
    "",
    ...strategies.map(
      ({ name, guard, write, safe }) =>
        `- [\`${name}\`](#${anchor(name)}): ${guard} × ${write}${safe ? "" : ", **not safe**"}`,
    ),
    ...strategies.flatMap(section),
    "",
  ].join("\n");
}

const anchor = (name: string) => name.replaceAll("+", "");

const section = ({ name, about }: Strategy) => [
  "",
  `## ${name}`,
  "",
  `- **Idea.** ${about.idea}`,
  `- **Guarantee.** ${about.guarantee}`,
  `- **How it fails.** ${about.failureMode}`,
  `- **Cost.** ${about.cost}`,
];

/** Describing a strategy reaches for no service. */
const notConnected = () => ({
  database: undefined as never,
  lockNodes: Array.from({ length: 5 }, () => new Redis({ lazyConnect: true })),
  settings: { lockTtlMs: 1, lockWaitMs: 1 },
});
