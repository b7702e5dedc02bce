import { useQuery } from "@tanstack/react-query";
import { NavLink, Outlet, ScrollRestoration } from "react-router";
import { systemQuery } from "../api/queries.ts";
import { useCart } from "../cart.ts";
import { ColourSchemeToggle } from "./colour-scheme-toggle.tsx";
import styles from "./shell.module.css";

export function Shell() {
  const system = useQuery(systemQuery).data;
  const inCart = useCart().reduce((sum, line) => sum + line.quantity, 0);
  const pages = [
    { to: "/", label: "Shop" },
    ...(system?.lab === false
      ? []
      : [
          { to: "/lab", label: "Race" },
          { to: "/lab/replays", label: "Replays" },
          { to: "/lab/strategies", label: "Strategies" },
          { to: "/lab/throughput", label: "Throughput" },
        ]),
    { to: "/orders", label: "Orders" },
    { to: "/cart", label: inCart > 0 ? `Cart (${inCart})` : "Cart" },
  ];
  return (
    <>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <NavLink to="/" className={styles.brand} aria-label="Last Unit, home">
            Last Unit <span className={styles.numeral}>1/1</span>
          </NavLink>
          <nav aria-label="Pages" className={styles.nav}>
            {pages.map(({ to, label }) => (
              <NavLink key={to} to={to} end={to === "/" || to === "/lab"} className={styles.link}>
                {label}
              </NavLink>
            ))}
          </nav>
          <p className={styles.system}>
            {system &&
              `${system.replicas} ${system.replicas === 1 ? "replica" : "replicas"} · ${system.lockNodes.answering} of ${system.lockNodes.total} lock nodes · ${system.database.replace(/(\d+)\.\d+$/, "$1")}`}
          </p>
          <ColourSchemeToggle />
        </div>
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
      <ScrollRestoration />
    </>
  );
}
