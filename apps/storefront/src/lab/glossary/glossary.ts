import markdown from "../../../../../docs/glossary.md?raw";

export interface Term {
  /** As the document's anchors: "fencing-token". */
  id: string;
  title: string;
  lines: readonly string[];
}

export interface Part {
  title: string;
  terms: readonly Term[];
}

/** Reads docs/glossary.md, so that the pages and the documents explain a term in the same words. */
export function readGlossary(text: string): Part[] {
  const [, ...parts] = text.split(/^## /m);
  return parts.map((part) => {
    const [title = "", ...terms] = part.split(/^### /m);
    return { title: title.trim(), terms: terms.map(readTerm) };
  });
}

function readTerm(text: string): Term {
  const [title = "", ...lines] = text.trim().split("\n");
  const id = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
  return { id, title, lines: lines.filter((line) => line.trim() !== "") };
}

export const glossary = readGlossary(markdown);
