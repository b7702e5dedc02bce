import { quorum } from "@last-unit/locks/quorum";
import { leaseStoreAdapter } from "./lease-store.ts";

/** Our own Redlock. */
export default leaseStoreAdapter("quorum", quorum);
