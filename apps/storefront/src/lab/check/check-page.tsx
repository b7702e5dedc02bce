import { type ModelName, modelNames } from "@last-unit/checker";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { type DragEvent, useId, useState } from "react";
import { Notice } from "../../layout/notice.tsx";
import styles from "./check.module.css";
import { examples, fileOf } from "./examples.ts";
import { guessInitial, readInitial } from "./initial.ts";
import { JudgementBanner } from "./judgement-banner.tsx";
import { useJudge } from "./use-judge.ts";

const about: Record<ModelName, string> = {
  stock: "a shop's stock: reserve, give back, read",
  mutex: "a lock with leases: acquire, release",
  register: "a value: read, write, compare and set",
};

/** A history file is dropped here and judged in the browser. */
export function CheckPage() {
  useDocumentTitle("Check a history · Last Unit");
  const inputId = useId();
  const { judging, judge, cancel, forget } = useJudge();
  const [file, setFile] = useState<{ name: string; blob: Blob }>();
  const [model, setModel] = useState<ModelName>("stock");
  const [initial, setInitial] = useState("");
  const [over, setOver] = useState(false);
  const parsed = readInitial(initial, model === "stock");
  const fault = typeof parsed === "string" ? parsed : undefined;

  const run = (blob: Blob, chosen: ModelName, text: string) => {
    const options = readInitial(text, chosen === "stock");
    if (typeof options !== "string") judge({ file: blob, model: chosen, modelOptions: { initial: options } });
  };
  const take = async (name: string, blob: Blob, chosen = model, known?: string) => {
    const text = known ?? (chosen === "stock" ? await guessInitial(blob) : "");
    setFile({ name, blob });
    setModel(chosen);
    setInitial(text);
    // A guess is no ground for a verdict: a person looks at it first.
    if (known === undefined) forget();
    else run(blob, chosen, text);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped) void take(dropped.name, dropped);
  };

  return (
    <>
      <h1>Can this history be explained?</h1>
      <p className="lede">
        Drop what your clients asked and were told. It is judged in this tab, and nothing of it leaves your browser.
      </p>
      <div className={styles.columns}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut; the label inside opens the same dialog by keyboard. */}
        <div
          className={styles.drop}
          data-over={over}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <label htmlFor={inputId} className={styles.choose}>
            Choose a history, or drop it here
          </label>
          <input
            id={inputId}
            type="file"
            accept=".jsonl,.json,.edn,.gz"
            className={styles.input}
            onChange={(event) => {
              const [chosen] = event.currentTarget.files ?? [];
              if (chosen) void take(chosen.name, chosen);
            }}
          />
          <p className="muted">
            {file
              ? `Now: ${file.name}. Say what was there at first, then judge it.`
              : "JSON lines or Jepsen’s EDN, plain or gzipped"}
          </p>
        </div>
        <div className={styles.settings}>
          <NativeSelect
            label="What it is a history of"
            data={modelNames.map((value) => ({ value, label: `${value}: ${about[value]}` }))}
            value={model}
            onChange={(event) => setModel(event.currentTarget.value as ModelName)}
          />
          <TextInput
            label="What was there at first"
            description={
              model === "stock"
                ? "as in lamp=1, chair=5; only guessed from the units that were sold"
                : "as in x=1; may be empty"
            }
            value={initial}
            error={fault}
            disabled={model === "mutex"}
            onChange={(event) => setInitial(event.currentTarget.value)}
          />
          <div className={styles.buttons}>
            <Button
              disabled={!file || fault !== undefined || judging.state === "judging"}
              onClick={() => file && run(file.blob, model, initial)}
            >
              Judge it
            </Button>
            {judging.state === "judging" && (
              <Button variant="default" onClick={cancel}>
                Cancel
              </Button>
            )}
          </div>
        </div>
      </div>
      <p className={styles.examples}>
        Or try one:{" "}
        {examples.map((example) => (
          <Button
            key={example.name}
            variant="default"
            size="xs"
            onClick={() => void take(example.name, fileOf(example), example.model, example.initial)}
          >
            {example.name}
          </Button>
        ))}
      </p>
      {judging.state === "fault" && <Notice title="This is no history that can be judged">{judging.sentence}</Notice>}
      <JudgementBanner judging={judging} />
    </>
  );
}
