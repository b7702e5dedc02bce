/** Buyers under way at once in one replica. More would measure this process instead of the locks. */
export const CROWD_LIMIT = 5_000;

/** Checkouts of one crowd that asks again and again: what a run keeps of its buyers' answers stays bounded. */
export const CHECKOUT_LIMIT = 20_000;
