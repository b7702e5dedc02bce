import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useLocation, useNavigate } from "react-router";
import { client, unwrap } from "../api/client.ts";
import { sentenceFor } from "../api/problems.ts";
import { browserStorage } from "../browser-storage.ts";
import { Button } from "../controls/button.tsx";
import { plural } from "../format.ts";
import { LAST_RACE } from "../layout/last-race.ts";
import { rememberedToken } from "./lab-token.tsx";
import styles from "./reset-button.module.css";
import { withoutRuns } from "./settings.ts";

/** Between two shows: stock, orders and runs as at first, after a question. */
export function ResetButton() {
  const dialog = useRef<HTMLDialogElement>(null);
  const queries = useQueryClient();
  const forgetRuns = useForgetRuns();
  const reset = useMutation({
    mutationFn: () => {
      const token = rememberedToken();
      return unwrap(
        client.POST("/api/lab/reset", {
          headers: token ? { authorization: `Bearer ${token}` } : {},
          signal: AbortSignal.timeout(10_000),
        }),
      );
    },
    onSuccess: () => {
      forgetRuns();
      return queries.invalidateQueries();
    },
  });
  const { data: done, error, isPending } = reset;
  return (
    <>
      <button
        type="button"
        className={styles.open}
        onClick={() => {
          reset.reset();
          dialog.current?.showModal();
        }}
      >
        Reset
      </button>
      <dialog ref={dialog} className={styles.dialog} aria-labelledby="reset-title">
        <h2 id="reset-title">{done ? "The shop is as at first." : "Reset the shop and the lab?"}</h2>
        <p role="status">
          {error
            ? sentenceFor(error)
            : done
              ? `All ${done.products} products are in stock again. ${plural(done.orders, "order")} and ${plural(done.runs, "run")} were removed in ${(done.tookMs / 1000).toFixed(1)} s.`
              : "Every product gets its whole stock back. All orders and all runs are removed, those of other visitors too."}
        </p>
        <div className={styles.buttons}>
          {!done && (
            <Button loading={isPending} onClick={() => reset.mutate()}>
              {error ? "Try again" : "Reset"}
            </Button>
          )}
          <Button variant={done ? "main" : "default"} onClick={() => dialog.current?.close()}>
            {done ? "Close" : "Cancel"}
          </Button>
        </div>
      </dialog>
    </>
  );
}

/** The runs in the address and in the remembered race do not exist any more; the settings stay. */
function useForgetRuns() {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  return () => {
    browserStorage.set("sessionStorage", LAST_RACE, withoutRuns(browserStorage.get("sessionStorage", LAST_RACE) ?? ""));
    if (withoutRuns(search) !== search) navigate(pathname + withoutRuns(search), { replace: true });
  };
}
