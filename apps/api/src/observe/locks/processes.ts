/**
 * How a replica's process is named: in the owner tokens of its leases, and in the `application_name` of its database
 * connections. Because both have the same name, PostgreSQL says which owners are still there.
 */
const APPLICATION = "last-unit";

/** PostgreSQL cuts an `application_name` at 63 bytes. */
const MOST = 40;

/** A name that no earlier process of this replica had: `replica-1.k3f9z`. */
export const processName = (replica: string, random: string) => `${replica.slice(0, MOST)}.${random}`;

export const applicationName = (process: string) => `${APPLICATION} ${process}`;

/** The process that an `application_name` names; undefined for another program's. */
export function processOf(application: string): string | undefined {
  const [first, process] = application.split(" ");
  return first === APPLICATION ? process : undefined;
}
