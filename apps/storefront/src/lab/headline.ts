const words = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];
const inWords = (count: number): string => words[count] ?? String(count);

/** "One unit left. Two shoppers click at the same moment." */
export function headline({ stock, shoppers }: { stock: number; shoppers: number }): string {
  return `${inWords(stock)} unit${stock === 1 ? "" : "s"} left. ${inWords(shoppers)} shoppers click at the same moment.`;
}
