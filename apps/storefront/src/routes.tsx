import { createBrowserRouter, type RouteObject } from "react-router";
import { ErrorPage } from "./layout/error-page.tsx";
import { NotFoundPage } from "./layout/not-found-page.tsx";
import { ShopShell } from "./layout/shop-shell.tsx";
import { CataloguePage } from "./shop/catalogue-page.tsx";

/** Inside the shell, so that a page that fails leaves the navigation in place. */
const withErrorPage = (children: RouteObject[]): RouteObject[] => [{ errorElement: <ErrorPage />, children }];

const processPage = (name: "ExplorePage" | "WorkshopPage") => async () => {
  const { processPages } = await import("./lab/lab-shell.tsx");
  return { Component: (await processPages())[name] };
};

export const router = createBrowserRouter([
  {
    // Shown while a page's code is on its way.
    hydrateFallbackElement: <p style={{ margin: 0, padding: "1rem" }}>Loading…</p>,
    errorElement: <ErrorPage />,
    children: [
      {
        element: <ShopShell />,
        children: withErrorPage([
          { index: true, element: <CataloguePage /> },
          {
            path: "products/:sku",
            lazy: async () => ({ Component: (await import("./shop/ordering.ts")).ProductPage }),
          },
          { path: "cart", lazy: async () => ({ Component: (await import("./shop/ordering.ts")).CartPage }) },
          { path: "checkout", lazy: async () => ({ Component: (await import("./shop/ordering.ts")).CheckoutPage }) },
          { path: "orders", lazy: async () => ({ Component: (await import("./shop/ordering.ts")).OrdersPage }) },
          { path: "orders/:id", lazy: async () => ({ Component: (await import("./shop/ordering.ts")).OrderPage }) },
          { path: "*", element: <NotFoundPage /> },
        ]),
      },
      {
        path: "lab",
        lazy: async () => ({ Component: (await import("./lab/lab-shell.tsx")).LabShell }),
        children: withErrorPage([
          { index: true, lazy: async () => ({ Component: (await import("./lab/race/race-page.tsx")).RacePage }) },
          { path: "check", lazy: async () => ({ Component: (await import("./lab/check/check-page.tsx")).CheckPage }) },
          {
            path: "explore",
            lazy: processPage("ExplorePage"),
          },
          {
            path: "glossary",
            lazy: async () => ({ Component: (await import("./lab/glossary/glossary-page.tsx")).GlossaryPage }),
          },
          { path: "locks", lazy: async () => ({ Component: (await import("./lab/locks/locks-page.tsx")).LocksPage }) },
          {
            path: "redlock-packages",
            lazy: async () => ({
              Component: (await import("./lab/redlock-packages/redlock-packages-page.tsx")).RedlockPackagesPage,
            }),
          },
          {
            path: "replays",
            lazy: async () => ({ Component: (await import("./lab/replays/replays-page.tsx")).ReplaysPage }),
          },
          {
            path: "replays/:scenario/:strategy",
            lazy: async () => ({ Component: (await import("./lab/replays/replay-page.tsx")).ReplayPage }),
          },
          {
            path: "strategies",
            lazy: async () => ({ Component: (await import("./lab/strategies/strategies-page.tsx")).StrategiesPage }),
          },
          {
            path: "strategies/:name",
            lazy: async () => ({ Component: (await import("./lab/strategies/strategy-page.tsx")).StrategyPage }),
          },
          {
            path: "throughput",
            lazy: async () => ({ Component: (await import("./lab/throughput/throughput-page.tsx")).ThroughputPage }),
          },
          {
            path: "workshop",
            lazy: async () => ({
              Component: (await (await import("./lab/lab-shell.tsx")).processPages()).WorkshopPage,
            }),
          },
          { path: "*", element: <NotFoundPage /> },
        ]),
      },
    ],
  },
]);
