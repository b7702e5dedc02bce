const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const wholeNumber = (value: number): string => whole.format(value);

/** A rate per second; below 10 with one decimal, so that slow sales are not shown as none. */
export const rate = (perSecond: number): string =>
  perSecond > 0 && perSecond < 9.95 ? perSecond.toFixed(1).replace(/\.0$/, "") : wholeNumber(perSecond);

export const buyers = (count: number): string => `${wholeNumber(count)} ${count === 1 ? "buyer" : "buyers"}`;

export const milliseconds = (ms: number): string =>
  ms >= 9_950 ? `${Math.round(ms / 1_000)} s` : ms >= 995 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms)} ms`;
