import type { ListedVersion } from '../ports/object-store.ts';
import type { LogChain } from './chain.ts';

/** All that a vault still has of one key, the newest first, delete markers among them. */
export type History = readonly ListedVersion[];

/** A version that the own vault lacks. */
export interface Wanted {
  readonly key: string;
  readonly version: string;
  readonly bytes: number;
}

/**
 * `copy`: the version that has to come. `check`: both have it, and their checksums decide. `gone`: it was at the source,
 * it is not here, and nothing is left of it there. `there` asks for nothing.
 */
export type Comparison =
  | { readonly outcome: 'there' }
  | { readonly outcome: 'check' }
  | { readonly outcome: 'copy'; readonly wanted: Wanted }
  | { readonly outcome: 'gone' };

const THERE: Comparison = { outcome: 'there' };

/**
 * The version that an engine wrote. Its tool writes some files again when it truncates a log, with what is left of them:
 * each region truncates by itself, so the first version is the one to copy. A version that was hidden is still one.
 */
export function firstOf(history: History): ListedVersion | undefined {
  return history.findLast(({ deleted }) => !deleted);
}

/**
 * Compares what two vaults have of one file that is written once. Pure.
 * @param own undefined when nothing was ever there
 */
export function compared(source: History, own: History | undefined): Comparison {
  const here = own?.[0];
  if (here && !here.deleted) return { outcome: source.some(({ deleted }) => !deleted) ? 'check' : 'there' };
  const wanted = firstOf(source);
  if (wanted) {
    const { key, version, bytes } = wanted;
    return { outcome: 'copy', wanted: { key, version, bytes } };
  }
  // Hidden here and unknown there, or hidden there and never here.
  return source.length > 0 || own !== undefined ? { outcome: 'gone' } : THERE;
}

/** Whether a chain says of any instant that it restores from its log. */
export const coversAnything = ({ from, checkpoint }: LogChain): boolean => checkpoint > from;

/** Histories by key, out of a listing in which the versions of a key stand together. */
export function* histories(versions: Iterable<ListedVersion>): Generator<[string, History]> {
  let key: string | undefined;
  let of: ListedVersion[] = [];
  for (const version of versions) {
    if (key !== undefined && version.key !== key) {
      yield [key, of];
      of = [];
    }
    key = version.key;
    of.push(version);
  }
  if (key !== undefined) yield [key, of];
}
