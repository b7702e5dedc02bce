import { useEffect, useState } from "react";
import styles from "./orders.module.css";

/** Minutes and seconds until the reservation ends. `onEnd` is called once, when they are over. */
export function Countdown({ until, onEnd }: { until: string; onEnd: () => void }) {
  const [leftMs, setLeftMs] = useState(() => Date.parse(until) - Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      const left = Date.parse(until) - Date.now();
      setLeftMs(left);
      if (left > 0) return;
      clearInterval(timer);
      onEnd();
    }, 500);
    return () => clearInterval(timer);
  }, [until, onEnd]);
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return (
    <p className={styles.countdown} role="timer" aria-label={`${clock} left to pay`}>
      <strong>{clock}</strong> left to pay; after that the numbers are for sale again.
    </p>
  );
}
