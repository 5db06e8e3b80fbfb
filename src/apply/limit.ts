/** Runs `work` for each item, at most `limit` at once. All that began are awaited; the first failure is thrown then, and nothing new begins after it. */
export async function eachLimited<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed: { error: unknown } | undefined;
  async function worker(): Promise<void> {
    while (next < items.length && failed === undefined) {
      const item = items[next++] as Item;
      try {
        await work(item);
      } catch (error) {
        failed ??= { error };
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failed !== undefined) throw failed.error;
}
