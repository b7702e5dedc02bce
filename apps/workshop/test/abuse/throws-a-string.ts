export async function checkout(): Promise<never> {
  throw "sold out";
}
