import { useDocumentTitle } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { Link, useRouteError } from "react-router";
import { Button } from "../controls/button.tsx";

/** Shown instead of a page that failed while it was loaded or drawn. */
export function ErrorPage() {
  useDocumentTitle("Error · Last Unit");
  const error = useRouteError();
  const [id] = useState(randomId);
  // A page whose code was not fetched yet cannot be shown without a connection, and nothing is wrong with it.
  const [isOffline] = useState(() => !navigator.onLine);
  useEffect(() => {
    if (!isOffline) console.error(`Error ${id}:`, error);
  }, [id, error, isOffline]);
  if (isOffline) {
    return (
      <div role="alert">
        <h1>The shop can’t be reached.</h1>
        <p className="lede">Check the connection, then load this page again.</p>
        <Button onClick={() => window.location.reload()}>Load the page again</Button>{" "}
        <Link to="/">Back to the shop</Link>
      </div>
    );
  }
  return (
    <>
      <h1>This page can’t be shown.</h1>
      <p className="lede">
        An error stopped it. Load it again; if it fails again, report the error id. The browser’s console has the
        details.
      </p>
      <p>
        Error id <strong>{id}</strong>
      </p>
      <Button onClick={() => window.location.reload()}>Load the page again</Button> <Link to="/">Back to the shop</Link>
    </>
  );
}

function randomId(): string {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return number.toString(16).toUpperCase().padStart(8, "0");
}
