import styles from "./lanes.module.css";
import type { Lane, Segment } from "./lanes.ts";
import { buyerName } from "./lanes.ts";
import type { Scale } from "./scale.ts";
import { dotsWidth, VoteDots, votesOf } from "./votes.tsx";

interface LaneRowProps {
  lane: Lane;
  scale: Scale;
  top: number;
  /** Milliseconds of the race that are shown. */
  until: number;
  /** Whether another buyer holds a number of this one's too. */
  soldTwice: boolean;
}

export function LaneRow({ lane, scale, top, until, soldTwice }: LaneRowProps) {
  const { x, font, lane: height, narrow } = scale;
  const answered = lane.answeredAt !== undefined && lane.answeredAt <= until ? lane.answeredAt : undefined;
  const replica = lane.replica.replace("-", " ");
  return (
    <g>
      <text x={0} y={narrow ? top - 7 : top + height / 2 - 3} className={styles.name}>
        {buyerName(lane.shopper)}
        {narrow && replica && <tspan className={styles.sub}> · {replica}</tspan>}
      </text>
      {!narrow && (
        <text x={0} y={top + height / 2 + font - 3} className={styles.sub}>
          {replica}
        </text>
      )}
      {lane.segments
        .filter((segment) => segment.from <= until)
        .map((segment) => (
          <SegmentBar
            key={`${segment.kind}-${segment.from}`}
            segment={{ ...segment, to: Math.min(segment.to, until) }}
            scale={scale}
            top={top}
          />
        ))}
      {lane.conflicts
        .filter(({ at }) => at <= until)
        .map(({ at }) => (
          <g key={at} className={styles.conflict}>
            <circle cx={x(at)} cy={top} r={font * 0.6} />
            <text x={x(at)} y={top + font * 0.33} textAnchor="middle">
              ↻
            </text>
          </g>
        ))}
      {answered !== undefined && (
        <text x={x(answered) + 8} y={top + height / 2 + font * 0.35} className={styles.answer} data-bad={soldTwice}>
          {answerWords(lane, soldTwice)}
        </text>
      )}
    </g>
  );
}

function SegmentBar({ segment, scale, top }: { segment: Segment; scale: Scale; top: number }) {
  const { x, font, character, lane: height } = scale;
  const from = x(segment.from) + 0.5;
  const width = Math.max(2, x(segment.to) - from - 1);
  const nodes = segment.kind === "held" || segment.kind === "waiting" ? votesOf(segment) : [];
  const radius = font * 0.36;
  const dots = nodes.length > 0 ? dotsWidth(nodes.length, radius) + 4 : 0;
  const fits = (room: number) => labels(segment).find((text) => text.length * character + 16 + room < width);
  // A bar too short for its nodes' votes has them below it, so that none is left out.
  const inside = dots > 0 && dots + 16 < width;
  const label = fits(inside ? dots : 0);
  const middle = top + height / 2;
  return (
    <g data-kind={segment.kind} data-unprotected={segment.unprotected} className={styles.segment}>
      <rect x={from} y={top + 0.5} width={width} height={height - 1} rx={Math.min(5, width / 2)} />
      {dots > 0 && (
        <VoteDots
          nodes={nodes}
          x={inside ? from + 10 : from}
          y={inside ? middle : top + height + font * 0.28 + 1}
          radius={inside ? radius : font * 0.26}
        />
      )}
      {label && (
        <text x={from + 10 + (inside ? dots : 0)} y={middle + font * 0.35}>
          {label}
        </text>
      )}
    </g>
  );
}

/** What a bar says, from the longest to the shortest; the first that fits is shown. */
function labels({ kind, stock, votes, locked }: Segment): string[] {
  switch (kind) {
    case "waiting":
      return ["waits for the lock", "waits"];
    case "held": {
      const read = stock === undefined ? "" : `read ${stock}`;
      const withLock = locked ? `lock · ${read}` : read;
      if (stock === 0) return [withLock, read];
      return [`${withLock} · checks, delay`, withLock, read, votes ? "lock" : ""].filter(Boolean);
    }
    case "unprotected":
      if (stock === 0) return ["read 0"];
      return [`read ${stock} · checks ${stock} ≥ 1, delay`, `read ${stock} · delay`, `read ${stock}`];
    case "write":
      return [`write ${stock}`, `→ ${stock}`];
    case "undone":
      return ["rolled back, retries", "retries"];
    default:
      return [];
  }
}

function answerWords(lane: Lane, soldTwice: boolean): string {
  if (lane.outcome === "RESERVED") return `${soldTwice ? "✗" : "✓"} No. ${lane.unitNumbers.join(", ")}`;
  if (lane.outcome === "OUT_OF_STOCK") return "✗ sold out";
  if (lane.outcome === "LOCK_LOST") return "✗ lock lost";
  if (lane.outcome === "LOCK_BUSY") return "✗ too busy";
  return `✗ ${lane.outcome?.toLowerCase().replaceAll("_", " ") ?? ""}`;
}
