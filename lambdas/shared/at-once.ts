/**
 * Does all work with at most `atOnce` pieces under way, whatever fails: one that is slow holds up no other, and one that
 * fails stops none. Outcomes stand in the order of the items.
 */
export async function settled<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> {
  const outcomes = new Array<PromiseSettledResult<R>>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const n = next++;
      [outcomes[n]] = await Promise.allSettled([work(items[n]!)]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return outcomes;
}
