import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The paths where distributions install pgbench, newest version first. */
export async function pgbenchPaths(cacheBin: string): Promise<string[]> {
  const versions = await readdir("/usr/lib/postgresql").catch(() => [] as string[]);
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  return [
    join(cacheBin, "pgbench"),
    ...newestFirst.map((version) => `/usr/lib/postgresql/${version}/bin/pgbench`),
    "/opt/homebrew/opt/postgresql@18/bin/pgbench",
    "/usr/local/opt/postgresql@18/bin/pgbench",
  ];
}

/**
 * Debian ships pgbench in the server's package, whose installation starts a server. So this only unpacks the package, into
 * the cache, without installing it.
 */
export const unpackPgbench = `
set -e
folder="$BIN/../postgresql-client"
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
newest() { apt-cache pkgnames postgresql- | grep -E '^postgresql-[0-9]+$' | sort -t - -k 2 -n | tail -n 1; }
[ -n "$(newest)" ] || apt-get update
apt-get download "$(newest)" libpq5 || { apt-get update && apt-get download "$(newest)" libpq5; }
for package in *.deb; do dpkg-deb -x "$package" . && rm "$package"; done
program=$(echo "$PWD"/usr/lib/postgresql/*/bin/pgbench)
libraries=$(dirname "$(find "$PWD/usr/lib" -name libpq.so.5)")
printf '#!/bin/sh\\nLD_LIBRARY_PATH="%s" exec "%s" "$@"\\n' "$libraries" "$program" > "$BIN/pgbench"
chmod +x "$BIN/pgbench"
`;
