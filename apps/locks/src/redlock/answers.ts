import type { Redis } from "ioredis";

type OnAnswer = (answer: unknown) => void;

const watched = new WeakMap<Redis, { onAnswer?: OnAnswer }>();

/**
 * Calls `send`, and then `onAnswer` once for each command that it has sent at once: with the connection's index, and the
 * node's answer or the error.
 *
 * The package `redlock` tells the votes only when its slowest node has answered, and never their times. It still gets the
 * connections themselves: this only looks at what passes through them.
 */
export function withAnswers<T>(
  connections: readonly Redis[],
  send: () => T,
  onAnswer: (index: number, answer: unknown) => void,
): T {
  const watches = connections.map(watch);
  for (const [index, one] of watches.entries()) one.onAnswer = (answer) => onAnswer(index, answer);
  try {
    return send();
  } finally {
    for (const one of watches) one.onAnswer = undefined;
  }
}

function watch(redis: Redis): { onAnswer?: OnAnswer } {
  const known = watched.get(redis);
  if (known) return known;
  const one: { onAnswer?: OnAnswer } = {};
  watched.set(redis, one);
  const sendCommand = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    const sent = sendCommand(command, stream);
    if (one.onAnswer) command.promise.then(one.onAnswer, one.onAnswer);
    return sent;
  };
  return one;
}
