import { type PointerEvent as ReactPointerEvent, useRef } from "react";
import { Link } from "react-router";
import type { Matrix } from "../../api/types.ts";
import styles from "./matrix.module.css";
import { asTimes, type MatrixCell, replayOf, resultWords, timesFastest } from "./matrix-cells.ts";

interface MatrixCellProps {
  matrix: Matrix;
  cell: MatrixCell;
  chosen: boolean;
  onChoose: () => void;
}

/**
 * A mark and a word. Pointing at it or moving the focus to it tells its sentence; a finger cannot point without pressing,
 * so its first tap tells and its second one follows the link.
 */
export function MatrixCellView({ matrix, cell, chosen, onChoose }: MatrixCellProps) {
  const { mark, word } = resultWords[cell.result];
  const replay = replayOf(matrix, cell);
  const times = timesFastest(matrix, cell);
  const measuring = matrix.measuring && cell.result === "not-measured";
  const tappedFirst = useRef(false);
  const shown = (
    <>
      <span className={styles.mark} aria-hidden="true">
        {measuring ? "…" : mark}
      </span>
      <span>{measuring ? "not yet" : word}</span>
      {times !== undefined && <small>{asTimes(times)}</small>}
    </>
  );
  const common = {
    className: styles.cell,
    "aria-label": `${measuring ? "not yet" : word}${times === undefined ? "" : ` ${asTimes(times)}`}: ${cell.sentence}`,
    "data-result": cell.result,
    "data-measuring": measuring || undefined,
    "data-chosen": chosen || undefined,
    onMouseEnter: onChoose,
    onFocus: onChoose,
  };
  return (
    <td>
      {replay ? (
        <Link
          {...common}
          to={replay}
          onPointerDown={(event: ReactPointerEvent) => {
            tappedFirst.current = event.pointerType === "touch" && !chosen;
          }}
          onClick={(event) => {
            if (tappedFirst.current) event.preventDefault();
            tappedFirst.current = false;
            onChoose();
          }}
        >
          {shown}
        </Link>
      ) : (
        <button {...common} type="button" onClick={onChoose}>
          {shown}
        </button>
      )}
    </td>
  );
}
