import { useElementSize } from "@mantine/hooks";
import styles from "./explore.module.css";
import type { Progress } from "./use-exploration.ts";

const GAP = 1;

/** The widest cells with which all orders fit into a few rows. */
function cellWidth(count: number, width: number): number {
  return [16, 12, 8, 6].find((each) => Math.ceil(count / Math.max(1, Math.floor(width / each))) <= 4) ?? 4;
}

/** A cell for each order, in the sequence in which they were run: low and green is right, high and red is wrong. */
export function OrderStrip({ progress: { cells, orders, wrong } }: { progress: Progress }) {
  const { ref, width } = useElementSize();
  const cell = cellWidth(cells.length, width);
  const columns = Math.max(1, Math.floor(width / cell));
  const height = cell <= 6 ? 10 : 18;
  const paths = { ".": "", x: "" };
  for (const [at, letter] of [...cells].entries()) {
    const [x, bottom] = [(at % columns) * cell, (Math.floor(at / columns) + 1) * height - 2];
    const tall = letter === "x" ? height - 2 : (height - 2) / 2;
    paths[letter as "." | "x"] += `M${x} ${bottom}h${cell - GAP}v${-tall}h${GAP - cell}z`;
  }
  const rows = Math.max(1, Math.ceil(cells.length / columns));
  return (
    <div ref={ref} className={styles.strip}>
      <svg
        role="img"
        aria-label={`${orders} orders so far, ${wrong} of them wrong`}
        width={columns * cell}
        height={rows * height}
      >
        <path d={paths["."]} className={styles.right} />
        <path d={paths.x} className={styles.bad} />
      </svg>
    </div>
  );
}
