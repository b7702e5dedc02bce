import styles from "./lanes.module.css";
import type { Race, SegmentKind } from "./lanes.ts";
import type { Scale } from "./scale.ts";

interface DensityBandProps {
  race: Race;
  scale: Scale;
  top: number;
  height: number;
  until: number;
}

const BINS = 140;
const layers: { kinds: SegmentKind[]; className: string | undefined }[] = [
  { kinds: ["unprotected"], className: styles.bandUnprotected },
  { kinds: ["held", "write"], className: styles.bandHeld },
  { kinds: ["waiting", "arriving", "after"], className: styles.bandWaiting },
];

/** Many buyers as one band: how many are inside and how many wait, at each moment. */
export function DensityBand({ race, scale: { x, font, narrow }, top, height: full, until }: DensityBandProps) {
  const binMs = race.durationMs / BINS || 1;
  const counts = layers.map(({ kinds }) => countPerBin(race, kinds, binMs));
  const most = Math.max(
    1,
    ...Array.from({ length: BINS }, (_, bin) => counts.reduce((sum, row) => sum + (row[bin] ?? 0), 0)),
  );
  // Within a bin, one who left and one who came count both.
  const peak = Math.min(most, race.lanes.length);
  const shownBins = Math.min(BINS, Math.ceil(until / binMs));
  const base = new Array<number>(BINS).fill(0);
  return (
    <g>
      <text x={0} y={narrow ? top - 7 : top + full / 2 - 3} className={styles.name}>
        {race.lanes.length} buyers
        {narrow && <tspan className={styles.sub}> · up to {peak} at once</tspan>}
      </text>
      {!narrow && (
        <text x={0} y={top + full / 2 + font - 3} className={styles.sub}>
          up to {peak}
        </text>
      )}
      {layers.map(({ className }, layer) => {
        let path = "";
        for (let bin = 0; bin < shownBins; bin++) {
          const count = counts[layer]?.[bin] ?? 0;
          const from = base[bin] ?? 0;
          base[bin] = from + count;
          if (count === 0) continue;
          const height = (count / most) * full;
          const y = top + full - ((from + count) / most) * full;
          path += `M${x(bin * binMs)} ${y}H${x((bin + 1) * binMs)}v${height}H${x(bin * binMs)}z`;
        }
        return <path key={className} d={path} className={className} />;
      })}
    </g>
  );
}

function countPerBin(race: Race, kinds: SegmentKind[], binMs: number): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const lane of race.lanes) {
    for (const { kind, from, to } of lane.segments) {
      if (!kinds.includes(kind)) continue;
      const last = Math.min(BINS - 1, Math.floor(to / binMs));
      for (let bin = Math.floor(from / binMs); bin <= last; bin++) counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  return counts;
}
