import { Slider } from "@mantine/core";
import { useEffect, useState } from "react";
import styles from "./lab.module.css";
import { limits, type RaceSettings } from "./settings.ts";

type Name = keyof typeof limits;

interface RaceSlidersProps {
  settings: RaceSettings;
  onChange: (change: Partial<RaceSettings>) => void;
}

export function RaceSliders({ settings, onChange }: RaceSlidersProps) {
  return (
    <div className={styles.sliders}>
      <OneSlider name="stock" label="stock" value={settings.stock} onChange={onChange} />
      <OneSlider name="shoppers" label="shoppers" value={settings.shoppers} onChange={onChange} curve={2.6} />
      <OneSlider
        name="thinkTimeMs"
        label="think time"
        unit=" ms"
        step={5}
        value={settings.thinkTimeMs}
        onChange={onChange}
      />
    </div>
  );
}

interface OneSliderProps {
  name: Name;
  label: string;
  value: number;
  unit?: string;
  step?: number;
  /** Above 1, small numbers get more of the slider's length. */
  curve?: number;
  onChange: (change: Partial<RaceSettings>) => void;
}

const TRACK = 200;

function OneSlider({ name, label, value, unit = "", step = 1, curve = 1, onChange }: OneSliderProps) {
  const [least, most] = limits[name];
  const toValue = (place: number) => {
    if (curve === 1) return place;
    return Math.round(least + (most - least) * (place / TRACK) ** curve);
  };
  const toPlace = (number: number) => {
    if (curve === 1) return number;
    return Math.round(TRACK * ((number - least) / (most - least)) ** (1 / curve));
  };
  const [place, setPlace] = useState(toPlace(value));
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the address, whoever changed it.
  useEffect(() => setPlace(toPlace(value)), [value]);
  const shown = toPlace(value) === place ? value : toValue(place);
  return (
    <div className={styles.slider}>
      <span className={styles.sliderLabel} aria-hidden="true">
        {label}{" "}
        <strong>
          {shown}
          {unit}
        </strong>
      </span>
      <Slider
        thumbLabel={label}
        min={curve === 1 ? least : 0}
        max={curve === 1 ? most : TRACK}
        step={step}
        value={place}
        onChange={setPlace}
        onChangeEnd={(end) => onChange({ [name]: toValue(end) })}
        label={null}
        scale={toValue}
      />
    </div>
  );
}
