/** Items of several streams as they come. Ends when all have ended. When the reader stops, so do they, each at its next item or end. */
export async function* merge<Item>(streams: readonly AsyncGenerator<Item>[]): AsyncGenerator<Item> {
  const next = (stream: AsyncGenerator<Item>) => stream.next().then(result => ({ stream, result }));
  const waiting = new Map(streams.map(stream => [stream, next(stream)] as const));
  try {
    while (waiting.size > 0) {
      const { stream, result } = await Promise.race(waiting.values());
      if (result.done) waiting.delete(stream);
      else {
        waiting.set(stream, next(stream));
        yield result.value;
      }
    }
  } finally {
    for (const [stream, pending] of waiting) {
      pending.catch(() => {});
      void stream.return(undefined).catch(() => {});
    }
  }
}
