import "@fontsource-variable/inter";
import "./base.css";
import "./palette.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { ProblemError } from "./api/client.ts";
import { router } from "./routes.tsx";

const queryClient = new QueryClient({
  defaultOptions: {
    // Offline, a request fails at once and the page says so. By default it would wait, and be sent on reconnection:
    // an order or a payment that the visitor no longer expects.
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always",
      refetchOnReconnect: true,
      staleTime: 1_000,
      // A refusal with a reason will not change by asking again; a lost connection may.
      retry: (failures, error) => failures < 2 && !(error instanceof ProblemError && error.problem.status < 500),
    },
  },
});

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
