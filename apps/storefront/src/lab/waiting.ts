/** Waits so many milliseconds. @throws the signal's reason as soon as it aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** Waits until somebody looks at the page. @throws the signal's reason as soon as it aborts. */
export function pageVisible(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    if (document.visibilityState === "visible") return resolve();
    const done = new AbortController();
    const { signal: until } = done;
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState !== "visible") return;
        done.abort();
        resolve();
      },
      { signal: until },
    );
    signal.addEventListener(
      "abort",
      () => {
        done.abort();
        reject(signal.reason);
      },
      { signal: until },
    );
  });
}
