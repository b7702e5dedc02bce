import { expectedForm } from "./event-readers.ts";
import { HistoryError } from "./history-error.ts";

/** Where a history comes from: its text, or its bytes as they arrive, gzipped or not. */
export type HistorySource = string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * The text of a history, in the pieces in which it arrives, so that a file need not fit into memory. O(bytes).
 * @param line says which line is being read, for an error's sentence.
 * @throws HistoryError where the bytes are no text, or the gzip stream is broken.
 */
export async function* readText(source: HistorySource, line: () => number): AsyncGenerator<string> {
  if (typeof source === "string") {
    yield source;
    return;
  }
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw new HistoryError(`these bytes are no UTF-8 text; ${expectedForm.any}`, line(), { cause });
    }
  };
  for await (const bytes of unzipped(source, line)) yield decode(bytes);
  yield decode();
}

async function* unzipped(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  line: () => number,
): AsyncGenerator<Uint8Array> {
  const pieces = toAsync(source);
  const first = await pieces.next();
  if (first.done) return;
  const all = prepend(first.value, pieces);
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (!isGzip) {
    yield* all;
    return;
  }
  const reader = toStream(all).pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    throw new HistoryError("the gzip data ends early or is damaged", line(), { cause });
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function* toAsync<T>(source: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* source;
}

async function* prepend<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

function toStream(pieces: AsyncGenerator<Uint8Array>): ReadableStream<BufferSource> {
  return new ReadableStream<BufferSource>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value as BufferSource);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
