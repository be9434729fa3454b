/** What is at hand may be given as it is; what comes page by page comes as a stream. */
export type Source<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Works ahead on a stream: up to `limit` pieces of work are under way, and results come in the order of the source.
 * For work of even size (reading shards); uneven work belongs in `allOf`, where a slow piece holds up no other.
 */
export async function* inOrder<T, R>(
  source: Source<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  try {
    for await (const item of source) {
      const result = work(item);
      // Whoever takes the result sees its error. Until then it must not end the process as an unhandled one.
      result.catch(() => undefined);
      underWay.push(result);
      if (underWay.length >= limit) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.allSettled(underWay);
  }
}

/**
 * Does all work with at most `limit` pieces under way; results stand in the order of the items. After the first error
 * nothing new is started, what is under way ends, and then that error is thrown.
 */
export async function allOf<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failure) {
      const n = next++;
      try {
        results[n] = await work(items[n]!);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failure) throw failure.error;
  return results;
}
