import { type ModelName, modelNames } from "@last-unit/checker";
import { useDocumentTitle } from "@mantine/hooks";
import { type DragEvent, useId, useRef, useState } from "react";
import { Button } from "../../controls/button.tsx";
import { SelectField, TextField } from "../../controls/field.tsx";
import { Notice } from "../../layout/notice.tsx";
import styles from "./check.module.css";
import { CheckResult } from "./check-result.tsx";
import { examples, fileOf } from "./examples.ts";
import { guessInitial, readInitial, setupOf, writeInitial } from "./initial.ts";
import { useChecker } from "./use-checker.ts";

const about: Record<ModelName, string> = {
  stock: "a shop's stock: reserve, cancel, read",
  mutex: "a lock with leases: acquire, release",
  register: "a value: read, write, compare and set",
};

/** A history file is dropped here and checked in the browser. */
export function CheckPage() {
  useDocumentTitle("Check a history · Last Unit");
  const inputId = useId();
  const { checking, check, forget } = useChecker();
  const [file, setFile] = useState<{ name: string; blob: Blob; isGuess: boolean }>();
  const [model, setModel] = useState<ModelName>("stock");
  const [initial, setInitial] = useState("");
  const [over, setOver] = useState(false);
  /** The file that is being read. */
  const latest = useRef<symbol>(undefined);
  const parsed = readInitial(initial, model === "stock");
  const fault = typeof parsed === "string" ? parsed : undefined;

  const run = (blob: Blob, chosen: ModelName, text: string) => {
    const options = readInitial(text, chosen === "stock");
    if (typeof options !== "string") check({ file: blob, model: chosen, modelOptions: { initial: options } });
  };
  const take = async (name: string, blob: Blob) => {
    const taken = Symbol();
    latest.current = taken;
    const setup = await setupOf(blob);
    const guess = setup || model !== "stock" ? "" : await guessInitial(blob);
    // Another file may have been chosen while this one was read.
    if (latest.current !== taken) return;
    if (setup) show(name, blob, setup.model, writeInitial(setup.initial ?? {}));
    else show(name, blob, model, guess, true);
  };
  const show = (name: string, blob: Blob, chosen: ModelName, text: string, isGuess = false) => {
    setFile({ name, blob, isGuess });
    setModel(chosen);
    setInitial(text);
    // Don't check against a guess before a person has confirmed it.
    if (isGuess) forget();
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
      <h1>Is this history linearizable?</h1>
      <p className="lede">
        Drop a file of your clients’ requests and the answers they got. It is checked in this tab; no part of it leaves
        your browser.
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
              ? `File: ${file.name}.${file.isGuess ? " Enter the initial state, then check it." : ""}`
              : "JSON (one event per line, or an array of events) or Jepsen’s EDN; plain or gzipped"}
          </p>
        </div>
        <div className={styles.settings}>
          <SelectField
            label="Model"
            value={model}
            onChange={(event) => setModel(event.currentTarget.value as ModelName)}
          >
            {modelNames.map((value) => (
              <option key={value} value={value}>
                {value}: {about[value]}
              </option>
            ))}
          </SelectField>
          <TextField
            label="Initial state"
            description={
              model === "stock"
                ? `for example lamp=1, chair=5${file?.isGuess ? "; guessed from the units that were sold" : ""}`
                : "for example x=1; may be empty"
            }
            value={initial}
            error={fault}
            disabled={model === "mutex"}
            onChange={(event) => setInitial(event.currentTarget.value)}
          />
          <div className={styles.buttons}>
            <Button
              disabled={!file || fault !== undefined || checking.state === "checking"}
              onClick={() => file && run(file.blob, model, initial)}
            >
              Check it
            </Button>
            {checking.state === "checking" && (
              <Button variant="default" onClick={forget}>
                Cancel
              </Button>
            )}
          </div>
        </div>
      </div>
      <p className={styles.examples}>
        Or try an example:{" "}
        {examples.map((example) => (
          <Button
            key={example.name}
            variant="default"
            size="xs"
            onClick={() => {
              latest.current = undefined;
              show(example.name, fileOf(example), example.model, example.initial);
            }}
          >
            {example.name}
          </Button>
        ))}
      </p>
      {checking.state === "fault" && <Notice title="This file cannot be checked">{checking.sentence}</Notice>}
      <CheckResult checking={checking} />
    </>
  );
}
