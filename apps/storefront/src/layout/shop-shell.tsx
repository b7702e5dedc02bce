import { useQuery } from "@tanstack/react-query";
import { systemQuery } from "../api/queries.ts";
import { browserStorage } from "../browser-storage.ts";
import { useCart } from "../cart/cart.ts";
import { Frame } from "./frame.tsx";
import { LAST_RACE } from "./last-race.ts";

/** The shop's pages, and a way to the lab: to the race that was shown there last. */
export function ShopShell() {
  const hasLab = useQuery(systemQuery).data?.lab !== false;
  const inCart = useCart().lines.reduce((sum, line) => sum + line.quantity, 0);
  const race = `/lab${browserStorage.get("sessionStorage", LAST_RACE) ?? ""}`;
  return (
    <Frame
      room="shop"
      pages={[
        { to: "/", label: "Shop" },
        { to: "/orders", label: "Orders" },
        { to: "/cart", label: inCart > 0 ? `Cart (${inCart})` : "Cart" },
        ...(hasLab ? [{ to: race, label: "Lab" }] : []),
      ]}
    />
  );
}
