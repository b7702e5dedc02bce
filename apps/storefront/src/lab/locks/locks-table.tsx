import type { Lock } from "../../api/types.ts";
import styles from "./locks.module.css";
import { holderOf, mainState, stateWords, timeOf, waitingOf } from "./words.ts";

/** Rows that are drawn: the most urgent come first, so the rest may stay away. */
const MOST_ROWS = 100;
/** A lease's bar is full at this time left; the default TTL. */
const FULL_MS = 5_000;

export function LocksTable({ locks }: { locks: readonly Lock[] }) {
  if (locks.length === 0) {
    return (
      <p className={styles.empty}>No lock to show. Send some buyers, and watch the lock pass from one to the next.</p>
    );
  }
  return (
    <section className={styles.scroller} aria-label="Locks">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Resource</th>
            <th scope="col">Holder</th>
            <th scope="col">Time</th>
            <th scope="col">Redis nodes</th>
            <th scope="col">Waiting</th>
          </tr>
        </thead>
        <tbody>
          {locks.slice(0, MOST_ROWS).map((lock) => (
            <Row key={`${lock.store} ${lock.kind} ${lock.resource}`} lock={lock} />
          ))}
        </tbody>
      </table>
      <p className={styles.note}>
        Waiting: as the store sees it. The buyers of one replica queue inside it, and the replica waits once for all.
      </p>
      {locks.length > MOST_ROWS && <p className="muted">{locks.length - MOST_ROWS} more, less urgent.</p>}
    </section>
  );
}

function Row({ lock }: { lock: Lock }) {
  const state = mainState(lock);
  const { meaning, tone } = stateWords[state];
  const [holder] = lock.holders;
  return (
    <tr>
      <td>
        <span className={styles.state} data-tone={tone} title={meaning}>
          {state}
        </span>
      </td>
      <th scope="row">
        {lock.resource}
        <small>
          {lock.kind === "lease" ? `lease in ${lock.store}` : `${lock.kind} in ${lock.store}`}
          {holder?.fencingToken && `, token ${holder.fencingToken}`}
        </small>
      </th>
      <td>{holderOf(lock)}</td>
      <td>
        {timeOf(lock)}
        {holder?.leftMs !== undefined && (
          <span className={styles.left} aria-hidden="true">
            <span style={{ width: `${Math.min(100, (100 * holder.leftMs) / FULL_MS)}%` }} />
          </span>
        )}
      </td>
      <td>{lock.nodes && <Nodes nodes={lock.nodes} />}</td>
      <td>{waitingOf(lock)}</td>
    </tr>
  );
}

/** A dot for each node: filled with its owner's letter, empty without a key, crossed without an answer. */
function Nodes({ nodes }: { nodes: NonNullable<Lock["nodes"]> }) {
  const owners = [...new Set(nodes.flatMap(({ owner }) => owner ?? []))];
  return (
    <span className={styles.nodes}>
      {nodes.map(({ node, owner, problem }) => {
        const said = problem ? `does not answer: ${problem}` : owner ? `held by ${owner}` : "no key";
        return (
          <span
            key={node}
            role="img"
            aria-label={`Redis ${node}: ${said}`}
            title={`Redis ${node}: ${said}`}
            data-owner={owner === undefined ? undefined : owners.indexOf(owner)}
            data-silent={problem !== undefined || undefined}
          />
        );
      })}
    </span>
  );
}
