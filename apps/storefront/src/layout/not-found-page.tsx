import { useDocumentTitle } from "@mantine/hooks";
import { Link } from "react-router";

export function NotFoundPage() {
  useDocumentTitle("Nothing here · Last Unit");
  return (
    <>
      <h1>There is nothing here.</h1>
      <p className="lede">There is no page at this address.</p>
      <Link to="/">Back to the shop</Link>
    </>
  );
}
