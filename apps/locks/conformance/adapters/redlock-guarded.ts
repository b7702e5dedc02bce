import { redlock } from "@last-unit/locks/redlock";
import { leaseStoreAdapter } from "./lease-store.ts";

/** The npm package `redlock` with what the shop adds around it. */
export default leaseStoreAdapter("redlock-guarded", redlock);
