import { useEffect, useId, useState } from "react";
import { plural } from "../../format.ts";
import { type ChangeRace, limits, type RaceSettings } from "../settings.ts";
import styles from "./race.module.css";

type Name = keyof typeof limits;

/** What is set, in one line; it opens what can be set. */
export function RaceSettingsLine({ settings, onChange }: { settings: RaceSettings; onChange: ChangeRace }) {
  const id = useId();
  return (
    <div className={styles.settings}>
      <button type="button" popoverTarget={id} className={styles.settingsLine}>
        {inWords(settings)} <span aria-hidden="true">▾</span>
      </button>
      <div id={id} popover="auto" className={styles.popover} role="dialog" aria-label="Settings">
        <Setting name="buyers" label="buyers" curve={2.6} settings={settings} onChange={onChange} />
        <Setting name="stock" label="units in stock" settings={settings} onChange={onChange} />
        <Setting
          name="thinkTimeMs"
          label="delay between read and write"
          unit=" ms"
          step={5}
          settings={settings}
          onChange={onChange}
        />
        <p className={styles.settingsNote}>For strategies with a lock outside the database:</p>
        <Setting
          name="lockTtlMs"
          label="TTL of the lock"
          unit=" ms"
          step={50}
          unset="as the system has it"
          settings={settings}
          onChange={onChange}
        />
        <Setting
          name="lockWaitMs"
          label="longest wait for the lock"
          unit=" ms"
          step={50}
          unset="as the system has it"
          settings={settings}
          onChange={onChange}
        />
        <p className={styles.settingsNote}>
          A TTL shorter than the work lets the lock expire under its holder: try 100 ms and a delay of 500 ms with SET
          NX, naive.
        </p>
      </div>
    </div>
  );
}

/** "2 buyers · 1 unit · 40 ms between read and write" */
function inWords({ buyers, stock, thinkTimeMs, lockTtlMs, lockWaitMs }: RaceSettings): string {
  return [
    plural(buyers, "buyer"),
    plural(stock, "unit"),
    `${thinkTimeMs} ms between read and write`,
    ...(lockTtlMs === undefined ? [] : [`TTL ${lockTtlMs} ms`]),
    ...(lockWaitMs === undefined ? [] : [`waits at most ${lockWaitMs} ms`]),
  ].join(" · ");
}

interface SettingProps {
  name: Name;
  label: string;
  unit?: string;
  step?: number;
  /** Above 1, small numbers get more of the slider's length. */
  curve?: number;
  /** What is said where there is no value; such a setting can be left out. */
  unset?: string;
  settings: RaceSettings;
  onChange: ChangeRace;
}

const TRACK = 200;

function Setting({ name, label, unit = "", step = 1, curve = 1, unset, settings, onChange }: SettingProps) {
  const [least, most] = limits[name];
  const toValue = (place: number) =>
    curve === 1 ? place : Math.round(least + (most - least) * (place / TRACK) ** curve);
  const toPlace = (number: number) =>
    curve === 1 ? number : Math.round(TRACK * ((number - least) / (most - least)) ** (1 / curve));
  const value = settings[name];
  const [place, setPlace] = useState(() => toPlace(value ?? least));
  const [dragged, setDragged] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the address, no matter what changed it.
  useEffect(() => {
    setPlace(toPlace(value ?? least));
    setDragged(false);
  }, [value]);
  const isSet = value !== undefined || dragged;
  const shown = isSet ? `${value !== undefined && toPlace(value) === place ? value : toValue(place)}${unit}` : unset;
  const commit = () => dragged && onChange({ [name]: toValue(place) });
  return (
    <div className={styles.setting}>
      <label htmlFor={`setting-${name}`}>
        {label} <strong>{shown}</strong>
      </label>
      <input
        id={`setting-${name}`}
        type="range"
        aria-label={label}
        aria-valuetext={shown}
        min={curve === 1 ? least : 0}
        max={curve === 1 ? most : TRACK}
        step={step}
        value={place}
        onChange={(event) => {
          setPlace(Number(event.currentTarget.value));
          setDragged(true);
        }}
        onPointerUp={commit}
        onKeyUp={commit}
        onBlur={commit}
      />
      {unset && value !== undefined && (
        <button type="button" onClick={() => onChange({ [name]: undefined })}>
          Leave to the system
        </button>
      )}
    </div>
  );
}
