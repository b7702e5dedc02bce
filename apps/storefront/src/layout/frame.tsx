import { type ReactNode, useEffect, useRef } from "react";
import { NavLink, Outlet, ScrollRestoration, useLocation, useNavigation } from "react-router";
import { useMemoryOnly } from "../browser-storage.ts";
import { ColourSchemeToggle } from "./colour-scheme-toggle.tsx";
import styles from "./frame.module.css";

export interface PageLink {
  to: string;
  label: string;
}

interface FrameProps {
  /** Which part of the site this is: `shop` or `lab`. */
  room: string;
  pages: readonly PageLink[];
  /** At the right end of the header. */
  aside?: ReactNode;
  footer?: ReactNode;
}

/** What the shop and the lab share: a header with the room's pages, the page itself, and a footer. */
export function Frame({ room, pages, aside, footer }: FrameProps) {
  const memoryOnly = useMemoryOnly();
  const loading = useNavigation().state === "loading";
  const main = useFocusAfterNavigation();
  const nav = useCurrentPageInView();
  return (
    <div className={styles.frame} data-room={room}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.header} data-chrome>
        <div className={styles.bar}>
          <NavLink to="/" className={styles.brand}>
            Last Unit{" "}
            <span className={styles.numeral} aria-hidden="true">
              1/1
            </span>
          </NavLink>
          <nav ref={nav} aria-label="Pages" className={styles.nav}>
            {pages.map(({ to, label }) => (
              <NavLink key={label} to={to} end={isRoot(to)} className={styles.link}>
                {label}
              </NavLink>
            ))}
          </nav>
          <div className={styles.aside}>
            {aside}
            <ColourSchemeToggle />
          </div>
        </div>
        {loading && <div className={styles.loading} role="progressbar" aria-label="Loading the page" />}
      </header>
      <main ref={main} id="main" className={styles.main} tabIndex={-1}>
        {memoryOnly && (
          <p role="status" className={styles.memory}>
            This browser’s storage is full or blocked. Your cart lasts until this page is reloaded or closed.
          </p>
        )}
        <Outlet />
      </main>
      {footer && (
        <footer className={styles.footer} data-chrome>
          {footer}
        </footer>
      )}
      <ScrollRestoration />
    </div>
  );
}

/** After a link, the focus is on the new page: otherwise it would be lost with the control that was used. */
function useFocusAfterNavigation() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}

/** Where the links to the pages scroll sideways, the current one is in view. */
function useCurrentPageInView() {
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is the current one.
  useEffect(() => {
    const list = nav.current;
    const current = list?.querySelector<HTMLElement>("[aria-current=page]");
    if (list && current)
      list.scrollLeft = current.offsetLeft - list.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
  }, [pathname]);
  return nav;
}

const isRoot = (to: string) => ["/", "/lab"].includes(to.split("?")[0] as string);
