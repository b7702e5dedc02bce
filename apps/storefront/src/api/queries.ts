import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client.ts";

const LIVE_STOCK_MS = 2_000;

export const productsQuery = queryOptions({
  queryKey: ["products"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/products", { signal })),
  refetchInterval: 5_000,
});

export const productQuery = (sku: string) =>
  queryOptions({
    queryKey: ["products", sku],
    queryFn: ({ signal }) => unwrap(client.GET("/api/products/{sku}", { params: { path: { sku } }, signal })),
    refetchInterval: LIVE_STOCK_MS,
  });

export const ordersQuery = queryOptions({
  queryKey: ["orders"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/orders", { signal })),
});

/** A reservation is looked at now and then; an order that waits for its bank every second. */
export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ["orders", id],
    queryFn: ({ signal }) => unwrap(client.GET("/api/orders/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) =>
      state.data?.status === "paying" ? 1_000 : state.data?.status === "reserved" ? 5_000 : false,
  });

export const systemQuery = queryOptions({
  queryKey: ["system"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/system", { signal })),
  refetchInterval: 10_000,
  placeholderData: keepPreviousData,
});
