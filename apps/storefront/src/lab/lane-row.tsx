import styles from "./lanes.module.css";
import type { Lane, Segment } from "./lanes.ts";
import { shopperName } from "./shopper-name.ts";

interface LaneRowProps {
  lane: Lane;
  x: (ms: number) => number;
  top: number;
  height: number;
  /** Milliseconds of the race that are shown. */
  until: number;
  narrow: boolean;
}

const CHARACTER_PX = 7.4;
/** Room for five dots. */
const DOTS_PX = 72;
const LOCK_NODES = 5;

export function LaneRow({ lane, x, top, height, until, narrow }: LaneRowProps) {
  const answered = lane.answeredAt !== undefined && lane.answeredAt <= until ? lane.answeredAt : undefined;
  return (
    <g>
      <text x={0} y={narrow ? top - 6 : top + 14} className={styles.name}>
        {shopperName(lane.shopper)}
        {narrow && <tspan className={styles.sub}> · {lane.replica.replace("-", " ")}</tspan>}
      </text>
      {!narrow && (
        <text x={0} y={top + 31} className={styles.sub}>
          {lane.replica.replace("-", " ")}
        </text>
      )}
      {lane.segments
        .filter((segment) => segment.from <= until)
        .map((segment) => (
          <SegmentBar
            key={`${segment.kind}-${segment.from}`}
            segment={{ ...segment, to: Math.min(segment.to, until) }}
            x={x}
            top={top}
            height={height}
          />
        ))}
      {lane.conflicts
        .filter(({ at }) => at <= until)
        .map(({ at }) => (
          <g key={at} className={styles.conflict}>
            <circle cx={x(at)} cy={top} r={9} />
            <text x={x(at)} y={top + 4.5} textAnchor="middle">
              ↻
            </text>
          </g>
        ))}
      {answered !== undefined && (
        <text x={x(answered) + 8} y={top + height / 2 + 5} className={styles.answer} data-tone={lane.outcome}>
          {answerWords(lane)}
        </text>
      )}
    </g>
  );
}

function SegmentBar({
  segment,
  x,
  top,
  height,
}: {
  segment: Segment;
  x: LaneRowProps["x"];
  top: number;
  height: number;
}) {
  const from = x(segment.from) + 0.5;
  const width = Math.max(2, x(segment.to) - from - 1);
  const dots = segment.kind === "held" || segment.kind === "waiting" ? votesOf(segment) : [];
  const fits = (room: number) => labels(segment).find((text) => text.length * CHARACTER_PX + 18 + room < width);
  const withDots = dots.length > 0 ? fits(DOTS_PX) : undefined;
  const label = withDots ?? fits(0);
  const dotsWidth = dots.length > 0 && (withDots || (!label && width > DOTS_PX + 8)) ? DOTS_PX : 0;
  return (
    <g data-kind={segment.kind} data-unprotected={segment.unprotected} className={styles.segment}>
      <rect x={from} y={top + 0.5} width={width} height={height - 1} rx={Math.min(5, width / 2)} />
      {dotsWidth > 0 &&
        dots.map((filled, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a dot is its place.
          <circle key={index} cx={from + 15 + index * 14} cy={top + height / 2} r={5} data-vote={filled} />
        ))}
      {label && (
        <text x={from + 10 + dotsWidth} y={top + height / 2 + 5}>
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
      return [`${withLock} · checks, thinks`, withLock, read, votes ? "lock" : ""].filter(Boolean);
    }
    case "unprotected":
      if (stock === 0) return ["read 0"];
      return [`read ${stock} · checks ${stock} ≥ 1, thinks`, `read ${stock} · thinks`, `read ${stock}`];
    case "write":
      return [`write ${stock}`, `→ ${stock}`];
    case "undone":
      return ["undone, begins again", "again"];
    default:
      return [];
  }
}

function votesOf({ kind, votes }: Segment): boolean[] {
  if (!votes) return [];
  // A majority decides: a node that had not answered by then counts as a vote not given.
  const total = Math.max(LOCK_NODES, votes.for + votes.against + votes.unavailable);
  return Array.from({ length: total }, (_, index) => kind === "held" && index < votes.for);
}

function answerWords(lane: Lane): string {
  if (lane.outcome === "RESERVED") return `✓ No. ${lane.unitNumbers.join(", ")}`;
  if (lane.outcome === "OUT_OF_STOCK") return "✗ sold out";
  if (lane.outcome === "LOCK_LOST") return "✗ lock lost";
  if (lane.outcome === "LOCK_BUSY") return "✗ too busy";
  return `✗ ${lane.outcome?.toLowerCase().replaceAll("_", " ") ?? ""}`;
}
