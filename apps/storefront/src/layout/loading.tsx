/** Said instead of spun: a page that waits says for what. */
export function Loading({ what }: { what: string }) {
  return (
    <p className="muted" role="status">
      Fetching {what}…
    </p>
  );
}
