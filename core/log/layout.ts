import type { Instant } from '../time/instant.ts';
import { chainStartOf, type Mark } from './chain.ts';

/**
 * What an object of a log is to whoever copies it. `data`: the changes themselves. `names`: says which data there is, and
 * may be read only where that data lies. `checkpoint`: says up to where everything is there. `local`: of the vault that
 * it lies in, such as a lock or how far the log was truncated there, and never copied.
 */
export type LogKind = 'data' | 'names' | 'checkpoint' | 'local';

/** Keys in their order, relative to the chain's folder: those behind `after`, and before `until`. */
export interface Stretch {
  /** A beginning that all of them share: a listing is asked for no others. @default none */
  readonly within?: string;
  readonly after?: string;
  readonly until?: string;
}

/** How one engine lays out its log below a chain's folder. Pure; paths are relative to that folder. */
export interface LogLayout {
  kindOf(path: string): LogKind;
  /**
   * Where objects of a kind may lie that were written when everything up to `since` was in the vault already; wherever
   * they may lie, when it is absent. The engine knows how its names rise with time, and leaves room for its exceptions.
   */
  written(kind: 'data' | 'names', since: Instant | undefined): readonly Stretch[];
  /** The folder of the checkpoint files. */
  readonly checkpoints: string;
  /** What a checkpoint file says; undefined when these bytes say nothing. */
  read(checkpoint: Uint8Array): Mark | undefined;
  /** What all checkpoint files say together: everything up to there is in the vault that they lie in. */
  reached(checkpoints: readonly Mark[]): Mark | undefined;
  /** -1, 0 or 1 by the engine's own order: instants may be equal where marks are not. */
  compare(a: Mark, b: Mark): number;
  /** The first instant that a file may hold something of; undefined when its name does not say. */
  beginsAt(path: string): Instant | undefined;
  /** The engine's word for an instant. */
  markAt(at: Instant): Mark;
}

/** An object of a log, by its key in a vault. */
export interface LogKey {
  readonly cluster: string;
  readonly chain: string;
  readonly path: string;
}

const KEY = /^([^/]+)\/log\/([^/]+)\/(.+)$/;

/** Reads `<cluster>/log/<chain>/<path>`; undefined when the key is of no chain. */
export function logKeyOf(key: string): LogKey | undefined {
  const [, cluster, chain, path] = KEY.exec(key) ?? [];
  return cluster && chain && path && chainStartOf(chain) !== undefined ? { cluster, chain, path } : undefined;
}

export const isIn = ({ after, until }: Stretch, path: string): boolean =>
  (after === undefined || path > after) && (until === undefined || path < until);
