import { createBrowserRouter } from "react-router";
import { NotFoundPage } from "./layout/not-found-page.tsx";
import { Shell } from "./layout/shell.tsx";
import { OrderPage } from "./orders/order-page.tsx";
import { OrdersPage } from "./orders/orders-page.tsx";
import { CartPage } from "./shop/cart-page.tsx";
import { CataloguePage } from "./shop/catalogue-page.tsx";
import { CheckoutPage } from "./shop/checkout-page.tsx";
import { ProductPage } from "./shop/product-page.tsx";

export const router = createBrowserRouter([
  {
    element: <Shell />,
    // Shown while the lab's code is on its way.
    hydrateFallbackElement: <p>Loading…</p>,
    children: [
      { index: true, element: <CataloguePage /> },
      { path: "products/:sku", element: <ProductPage /> },
      { path: "cart", element: <CartPage /> },
      { path: "checkout", element: <CheckoutPage /> },
      { path: "orders", element: <OrdersPage /> },
      { path: "orders/:id", element: <OrderPage /> },
      { path: "lab", lazy: async () => ({ Component: (await import("./lab/lab-page.tsx")).LabPage }) },
      { path: "lab/check", lazy: async () => ({ Component: (await import("./lab/check/check-page.tsx")).CheckPage }) },
      {
        path: "lab/replays",
        lazy: async () => ({ Component: (await import("./lab/replays/replays-page.tsx")).ReplaysPage }),
      },
      {
        path: "lab/replays/:scenario/:strategy",
        lazy: async () => ({ Component: (await import("./lab/replays/replay-page.tsx")).ReplayPage }),
      },
      {
        path: "lab/strategies",
        lazy: async () => ({ Component: (await import("./lab/strategies/strategies-page.tsx")).StrategiesPage }),
      },
      {
        path: "lab/throughput",
        lazy: async () => ({ Component: (await import("./lab/throughput/throughput-page.tsx")).ThroughputPage }),
      },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);
