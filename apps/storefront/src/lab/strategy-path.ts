/** The address of a strategy's own page. */
export const strategyPath = (name: string): string => `/lab/strategies/${encodeURIComponent(name)}`;
