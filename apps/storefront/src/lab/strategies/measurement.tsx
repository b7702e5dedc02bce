import { Button } from "@mantine/core";
import type { Matrix } from "../../api/types.ts";
import { dateAndTime } from "../../format.ts";
import styles from "./matrix.module.css";
import { measuredCount } from "./matrix-cells.ts";

const BUILD_CHARACTERS = 8;

interface MeasurementProps {
  matrix: Matrix;
  onMeasure: () => void;
  /** Whether the click is still on its way to the server. */
  asking: boolean;
}

/** When the figures are from, which build they are of, and the button that makes new ones. */
export function Measurement({ matrix, onMeasure, asking }: MeasurementProps) {
  const { build, measuredAt, measuring, cells } = matrix;
  const done = measuredCount(matrix);
  const busy = measuring || asking;
  return (
    <div className={styles.measurement}>
      <div className={styles.measured}>
        <p role="status">
          {measuring ? (
            <>
              <strong>Measuring:</strong> {done} of {cells.length} cells
            </>
          ) : (
            measuredLine(measuredAt)
          )}
        </p>
        <p className="muted">
          build <code>{build.slice(0, BUILD_CHARACTERS)}</code>
          {!measuring && done < cells.length && ` · ${cells.length - done} of ${cells.length} cells not measured`}
        </p>
        <progress aria-label="Cells measured" max={cells.length} value={done} data-busy={measuring} />
      </div>
      <Button onClick={onMeasure} disabled={busy}>
        {busy ? "Measuring…" : measuredAt ? "Measure again" : "Measure"}
      </Button>
    </div>
  );
}

const measuredLine = (measuredAt: string | null) =>
  measuredAt ? `Measured ${dateAndTime(measuredAt)}` : "Not measured yet";
