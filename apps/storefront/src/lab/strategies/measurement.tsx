import type { Matrix } from "../../api/types.ts";
import { Button } from "../../controls/button.tsx";
import { dateAndTime } from "../../format.ts";
import { measuredCount } from "./matrix-cells.ts";
import styles from "./measurement.module.css";

const BUILD_CHARACTERS = 8;

interface MeasurementProps {
  matrix: Matrix;
  onMeasure: () => void;
  /** Whether the click is still on its way to the server. */
  asking: boolean;
}

/** When the figures are from, which version they are of, and the button that makes new ones. */
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
          version <code>{build.slice(0, BUILD_CHARACTERS)}</code>
          {!measuring && done < cells.length && ` · ${cells.length - done} of ${cells.length} cells not measured`}
        </p>
        <progress aria-label="Cells measured" max={cells.length} value={done} data-busy={measuring} />
      </div>
      <Button size="xs" variant="default" onClick={onMeasure} disabled={busy}>
        {busy ? "Measuring…" : measuredAt ? "Measure again" : "Measure"}
      </Button>
    </div>
  );
}

const measuredLine = (measuredAt: string | null) =>
  measuredAt ? `Measured ${dateAndTime(measuredAt)}` : "Not measured yet";
