import { InvariantViolation } from '../errors/registry.ts';
import { compareKeys, type ManifestLine } from './line.ts';

/** An item as the source shows it now. */
export interface Found {
  readonly key: string;
  readonly version: string;
  readonly bytes: number;
}

export type Difference<F extends Found = Found> =
  /** Same key, same version: the line is carried over, with its `since`, and costs nothing. */
  | { readonly kind: 'unchanged'; readonly found: F; readonly line: ManifestLine }
  | { readonly kind: 'added'; readonly found: F }
  | { readonly kind: 'changed'; readonly found: F; readonly line: ManifestLine }
  | { readonly kind: 'removed'; readonly line: ManifestLine };

/** Listings and manifests arrive page by page; what is at hand may be given as it is. */
export type Stream<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Merges a listing with the previous manifest, both in the order of `compareKeys`, and says for each key what became
 * of it. Holds one item of each side, so that ten million take the memory of two.
 *
 * The size is compared as well: the version `null` of a bucket whose versioning was suspended for a while can be
 * overwritten under the same name.
 *
 * @throws InvariantViolation when a side is not in strictly increasing order (S3 directory buckets list in none).
 */
export async function* compareWithPrevious<F extends Found>(
  listing: Stream<F>,
  previous: Stream<ManifestLine>,
): AsyncGenerator<Difference<F>> {
  const now = ordered(listing, 'the listing');
  const before = ordered(previous, 'the previous manifest');
  try {
    let found = await head(now);
    let line = await head(before);
    while (found !== undefined || line !== undefined) {
      if (line === undefined || (found !== undefined && compareKeys(found.key, line.key) < 0)) {
        yield { kind: 'added', found: found! };
        found = await head(now);
      } else if (found === undefined || compareKeys(found.key, line.key) > 0) {
        yield { kind: 'removed', line };
        line = await head(before);
      } else {
        const same = found.version === line.version && found.bytes === line.bytes;
        yield { kind: same ? 'unchanged' : 'changed', found, line };
        found = await head(now);
        line = await head(before);
      }
    }
  } finally {
    // Whoever stops early (a lap's budget is used up) leaves no listing open.
    await Promise.all([now.return(undefined), before.return(undefined)]);
  }
}

/**
 * The lines of a manifest whose stored item no neighbour names: what discarding that manifest's recovery point may
 * remove. An item is named by key and `since`; the same key under another `since` is another stored item.
 */
export async function* onlyIn(
  manifest: Stream<ManifestLine>,
  neighbours: readonly Stream<ManifestLine>[],
): AsyncGenerator<ManifestLine> {
  const lines = ordered(manifest, 'the manifest');
  const others = neighbours.map((neighbour, n) => ordered(neighbour, `neighbour ${n + 1}`));
  const heads: (ManifestLine | undefined)[] = [];
  try {
    for (const other of others) heads.push(await head(other));
    for await (const line of lines) {
      let named = false;
      for (const [n, other] of others.entries()) {
        let theirs = heads[n];
        while (theirs !== undefined && compareKeys(theirs.key, line.key) < 0) theirs = await head(other);
        heads[n] = theirs;
        named ||= theirs?.key === line.key && theirs.since === line.since;
      }
      if (!named) yield line;
    }
  } finally {
    await Promise.all(others.map((other) => other.return(undefined)));
  }
}

async function head<T>(stream: AsyncGenerator<T>): Promise<T | undefined> {
  const { done, value } = await stream.next();
  return done ? undefined : value;
}

async function* ordered<T extends { readonly key: string }>(
  stream: Stream<T>,
  what: string,
): AsyncGenerator<T> {
  let previous: string | undefined;
  for await (const item of stream) {
    if (previous !== undefined && compareKeys(previous, item.key) >= 0) {
      throw new InvariantViolation(
        `${what} is not in order: ${JSON.stringify(item.key)} follows ${JSON.stringify(previous)}`,
      );
    }
    previous = item.key;
    yield item;
  }
}
