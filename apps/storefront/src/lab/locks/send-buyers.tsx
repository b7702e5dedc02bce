import { useMutation } from "@tanstack/react-query";
import { client, unwrap } from "../../api/client.ts";
import { sentenceFor } from "../../api/problems.ts";
import { Button } from "../../controls/button.tsx";
import type { LabHeaders } from "../lab-access.tsx";
import styles from "./locks.module.css";

const STRATEGY = "quorum+row-lock";
const BUYERS = 12;
/** Slow enough to see the lock pass from one buyer to the next. */
const THINK_TIME_MS = 1_000;

/** Makes something to look at: a few slow buyers of one product. */
export function SendBuyers({ headers }: { headers: LabHeaders }) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const settings = { strategy: STRATEGY, stock: BUYERS, thinkTimeMs: THINK_TIME_MS, watchable: false } as const;
      const run = await unwrap(client.POST("/api/lab/runs", { headers, body: settings }));
      await unwrap(
        client.POST("/api/lab/runs/{id}/buyers", {
          headers,
          params: { path: { id: run.id } },
          body: { count: BUYERS, quantity: 1 },
        }),
      );
    },
  });
  return (
    <div>
      <Button size="lg" loading={isPending} onClick={() => mutate()}>
        Send {BUYERS} buyers
      </Button>
      {error && <p className={styles.refusal}>{sentenceFor(error)}</p>}
    </div>
  );
}
