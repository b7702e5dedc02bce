import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { client, unwrap } from "../../api/client.ts";
import type { LabHeaders } from "../lab-access.tsx";
import { measuredCount } from "./matrix-cells.ts";

const POLL_MS = 1_000;

/** The matrix, filling in while it is measured. A build that nobody has measured yet is measured once the page opens. */
export function useMatrix(headers: LabHeaders) {
  const queryKey = ["matrix", headers];
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => unwrap(client.GET("/api/lab/matrix", { signal, headers })),
    refetchInterval: ({ state }) => (state.data?.measuring ? POLL_MS : false),
  });
  const { mutate, isPending, ...measurement } = useMutation({
    mutationFn: () => unwrap(client.POST("/api/lab/matrix", { headers })),
    onSuccess: (begun) => queries.setQueryData(queryKey, begun),
  });

  const asked = useRef(false);
  const empty = data !== undefined && !data.measuring && measuredCount(data) === 0;
  useEffect(() => {
    if (!empty || asked.current) return;
    asked.current = true;
    mutate();
  }, [empty, mutate]);

  return { matrix: data, error: error ?? measurement.error, measure: () => mutate(), asking: isPending };
}
