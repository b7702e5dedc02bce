const money = new Intl.NumberFormat("en", { style: "currency", currency: "EUR" });
const moment = new Intl.DateTimeFormat("en", {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
});

export const price = (cents: number): string => money.format(cents / 100);
/** In the reader's time zone, which is named: "Nov 26, 2026, 8:15 PM GMT+1". */
export const dateAndTime = (iso: string): string => moment.format(new Date(iso));
/** In the reader's time zone: "8:15 PM". */
export const timeOfDay = (iso: string): string =>
  new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" }).format(new Date(iso));
/** What people call an order: the last four hex digits of its id. */
export const shortCode = (orderId: string): string => orderId.slice(-4).toUpperCase();
export const unitNames = (numbers: readonly number[]): string => numbers.map((number) => `No. ${number}`).join(", ");
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
