import { Fragment, type ReactNode } from "react";
import styles from "./workshop.module.css";

/** The Markdown of the exercises: headings, paragraphs, lists, fenced code; in a line bold, code and links to the web. */
export function Markdown({ text }: { text: string }) {
  return blocksOf(text).map((block, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the text's blocks have no names, and do not move.
    <Fragment key={index}>{elementOf(block)}</Fragment>
  ));
}

/** Parts between empty lines; a fence is one part with all its lines. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  let block: string[] = [];
  let isCode = false;
  const end = () => {
    if (block.length > 0) blocks.push(block.join("\n"));
    block = [];
  };
  for (const line of text.split("\n")) {
    const isFence = line.startsWith("```");
    if (!isCode && (isFence || line.trim() === "" || /^(#|- )/.test(line) !== /^- /.test(block[0] ?? ""))) {
      if (!/^- /.test(line) || !/^- /.test(block[0] ?? "")) end();
    }
    if (isFence || isCode || line.trim() !== "") block.push(line);
    if (isFence && isCode) end();
    if (isFence) isCode = !isCode;
  }
  end();
  return blocks;
}

function elementOf(block: string): ReactNode {
  if (block.startsWith("```")) return <pre className={styles.code}>{block.replace(/^```.*\n|\n```$/g, "")}</pre>;
  const heading = /^#+ (.*)$/.exec(block)?.[1];
  if (heading) return <h2>{inLine(heading)}</h2>;
  if (!block.startsWith("- ")) return <p>{inLine(block)}</p>;
  return <ul>{block.split(/\n?^- /m).flatMap((item) => (item === "" ? [] : [<li key={item}>{inLine(item)}</li>]))}</ul>;
}

const IN_LINE = /(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/;

function inLine(text: string): ReactNode[] {
  return text.split(IN_LINE).map((part, index) => {
    const key = `${index} ${part}`;
    if (part.startsWith("`")) return <code key={key}>{part.slice(1, -1)}</code>;
    if (part.startsWith("**")) return <b key={key}>{part.slice(2, -2)}</b>;
    const [, label = "", target = ""] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part) ?? [];
    if (label === "") return part;
    if (!target.startsWith("https://")) return <Fragment key={key}>{inLine(label)}</Fragment>;
    return (
      <a key={key} href={target} rel="noreferrer">
        {label.replaceAll("`", "")}
      </a>
    );
  });
}
