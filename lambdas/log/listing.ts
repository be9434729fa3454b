import { compared, type History, histories, type Wanted } from '../../core/log/compare.ts';
import { isIn, type LogLayout, type Stretch } from '../../core/log/layout.ts';
import type { ListedVersion } from '../../core/ports/object-store.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { FollowPorts, LogVault } from './follow-ports.ts';

/** A chain's folder in both vaults. */
export interface Folder {
  readonly prefix: string;
  readonly layout: LogLayout;
}

/**
 * What is new since a checkpoint is few files, and behind them lie thousands that are not asked for: a page of all that
 * S3 gives at once would be read for nothing, at every proof. Where there is more, each page is twice the one before.
 */
const FIRST_PAGE = 100;
const LARGEST_PAGE = 1_000;

/**
 * Every version and delete marker of a stretch, page by page, in the order of keys. Most stretches are empty, and what
 * follows them may be long: a single version shows it.
 */
export async function* versionsIn(
  { bucket, store }: LogVault,
  prefix: string,
  stretch: Stretch,
): AsyncGenerator<readonly ListedVersion[]> {
  const { after, within = '' } = stretch;
  let from = after === undefined ? undefined : { key: prefix + after, version: '' };
  const { versions: first } = await store.versions(bucket, prefix + within, from, 1);
  if (!first.some(({ key }) => isIn(stretch, key.slice(prefix.length)))) return;
  for (let most = FIRST_PAGE; ; most = Math.min(2 * most, LARGEST_PAGE)) {
    const { versions, next } = await store.versions(bucket, prefix + within, from, most);
    const inside = versions.filter(({ key }) => isIn(stretch, key.slice(prefix.length)));
    if (inside.length > 0) yield inside;
    if (!next || inside.length < versions.length) return;
    from = next;
  }
}

/** The newest version of each key below a prefix, one request a key: for few keys that are written again and again. */
export async function* newestOfEach(
  { bucket, store }: LogVault,
  prefix: string,
): AsyncGenerator<ListedVersion> {
  let from: { readonly key: string; readonly version: string } | undefined;
  for (;;) {
    const { versions } = await store.versions(bucket, prefix, from, 1);
    const [newest] = versions;
    if (!newest) return;
    yield newest;
    from = { key: newest.key, version: '' };
  }
}

/** The versions of each key in a stretch, together. */
export async function* historiesIn(
  vault: LogVault,
  prefix: string,
  stretch: Stretch,
): AsyncGenerator<readonly [string, History]> {
  let last: readonly ListedVersion[] = [];
  for await (const page of versionsIn(vault, prefix, stretch)) {
    const known = [...histories([...last, ...page])];
    // The versions of the last key may go on with the next page.
    const [, open] = known.pop()!;
    yield* known;
    last = open;
  }
  yield* histories(last);
}

export interface Absent {
  readonly wanted: readonly Wanted[];
  /** At the source only their delete markers are left, and they never came. */
  readonly gone: readonly string[];
  /** There is more than was asked for. */
  readonly more: boolean;
}

/**
 * What the source has in these stretches and the own vault has not. A listing of S3 shows everything that was written
 * before it began. What was hidden here and begins before the chain does was truncated here, and stays away.
 */
export async function absent(
  kind: 'data' | 'names',
  stretches: readonly Stretch[],
  { prefix, layout }: Folder,
  from: Instant,
  { source, own }: Pick<FollowPorts, 'source' | 'own'>,
  most: number,
): Promise<Absent> {
  const wanted: Wanted[] = [];
  const gone: string[] = [];
  const isCut = (path: string): boolean => (layout.beginsAt(path) ?? from) < from;
  for (const stretch of stretches) {
    const settled = new Set<string>();
    for await (const [key, [newest]] of historiesIn(own, prefix, stretch))
      if (!newest?.deleted || isCut(key.slice(prefix.length))) settled.add(key);
    for await (const [key, history] of historiesIn(source, prefix, stretch)) {
      if (settled.has(key) || layout.kindOf(key.slice(prefix.length)) !== kind) continue;
      const verdict = compared(history, undefined);
      if (verdict.outcome === 'gone') gone.push(key);
      if (verdict.outcome !== 'copy') continue;
      if (wanted.length === most) return { wanted, gone, more: true };
      wanted.push(verdict.wanted);
    }
  }
  return { wanted, gone, more: false };
}
