import { type Clock, sleep } from "./clock.ts";

const REPEAT_MS = { min: 20, max: 60 };

export const jittered = ({ min, max }: { min: number; max: number }) => min + Math.random() * (max - min);

/**
 * Repeats a request whose answer may have been lost, with a jittered pause in between, until it is answered.
 * @param mayRepeat asked after each failure; when it says no, the failure is thrown
 */
export async function insist<T>(
  attempt: () => Promise<T>,
  mayRepeat: (error: unknown) => boolean,
  clock: Clock,
): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayRepeat(error)) throw error;
    }
    await sleep(clock, jittered(REPEAT_MS));
  }
}
