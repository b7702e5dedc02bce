import styles from "./lanes.module.css";
import type { Segment } from "./lanes.ts";

type Votes = NonNullable<Segment["votes"]>;
export type NodeVote = Votes["nodes"][number];

// A replica of an earlier version does not name the nodes.
export const votesOf = ({ votes }: Pick<Segment, "votes">): readonly NodeVote[] => votes?.nodes ?? [];

const words: Record<NodeVote["vote"], string> = {
  granted: "granted",
  refused: "refused",
  silent: "did not answer",
  late: "answered too late",
};

export function voteWords({ vote, tookMs }: NodeVote, index: number): string {
  return `Node ${index + 1} ${words[vote]}${tookMs === undefined ? "" : ` after ${tookMs.toFixed(1)} ms`}`;
}

interface VoteDotsProps {
  nodes: readonly NodeVote[];
  /** Where the first dot begins, and the dots' middle. */
  x: number;
  y: number;
  radius: number;
}

/** The room that so many dots take. */
export const dotsWidth = (count: number, radius: number) => count * (2 * radius + 4);

/** A dot for each node: full granted, crossed refused, dashed silent, half late. The shapes differ, not only the colours. */
export function VoteDots({ nodes, x, y, radius }: VoteDotsProps) {
  return nodes.map((node, index) => {
    const cx = x + radius + index * (2 * radius + 4);
    const arm = radius * 0.5;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a dot is its node.
      <g key={index} data-vote={node.vote} className={styles.vote}>
        <title>{voteWords(node, index)}</title>
        <circle cx={cx} cy={y} r={radius} />
        {node.vote === "refused" && (
          <path d={`M${cx - arm} ${y - arm}l${2 * arm} ${2 * arm}m0 ${-2 * arm}l${-2 * arm} ${2 * arm}`} />
        )}
        {node.vote === "late" && <path d={`M${cx} ${y - radius}a${radius} ${radius} 0 0 1 0 ${2 * radius}z`} />}
      </g>
    );
  });
}

/** "5 of 5 nodes granted it": for those who hear the page, and for the step's sentence. */
export function countWords(nodes: readonly NodeVote[]): string {
  const granted = nodes.filter(({ vote }) => vote === "granted").length;
  const others = (["refused", "silent", "late"] as const)
    .map((vote) => ({ vote, count: nodes.filter((node) => node.vote === vote).length }))
    .filter(({ count }) => count > 0)
    .map(({ vote, count }) => `${count} ${words[vote]}`);
  return `${granted} of ${nodes.length} nodes granted it${others.length > 0 ? `, ${others.join(", ")}` : ""}`;
}
