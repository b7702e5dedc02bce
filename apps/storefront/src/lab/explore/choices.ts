/** What can be explored, as `/stack/explore` lists it. */
export interface Choices {
  strategies: { name: string; cells: { scenario: string; fault?: string }[] }[];
  scenarios: { name: string; about: string; processes: string[] }[];
}
