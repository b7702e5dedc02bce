/** "Shopper A" for a pane, "Shopper 17" for one of the crowd. */
export const shopperName = (shopper: string): string => `Shopper ${shopper}`;
