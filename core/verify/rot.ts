import type { CopyRecord } from '../catalog/recovery-point.ts';
import { type Reason, ResourceMissing, reasonOf } from '../errors/registry.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import type { ShardEntry } from '../manifest/index-file.ts';
import { holds } from '../reconcile/standing.ts';
import type { Instant } from '../time/instant.ts';

/** Where the reading of an object stands. What was read so far is one version: its ETag says which. */
export interface Reading {
  readonly offset: number;
  /** `RunningCrc64` over everything before `offset`. */
  readonly crc: string;
  readonly etag: string;
}

/**
 * What became of an object that is not what its manifest says.
 *
 * - `rotten`: another region's twin is to be copied over it
 * - `copied`: a twin was; it counts as mended once it has been read again
 * - `waits`: a region could not be asked; the next run tries again
 * - `beyond`: no region holds a sound twin; the next run looks once more
 */
export type RotState = 'rotten' | 'copied' | 'waits' | 'beyond';

/** One object of a vault that is missing, or whose bytes are not what was captured. */
export interface Rot {
  readonly kind: 'index' | 'shard' | 'item';
  readonly cluster: string;
  /** The oldest kept recovery point that names it. */
  readonly recoveryPoint: RecoveryPointId;
  readonly key: string;
  readonly bytes: number;
  /** What it has to be: an item's checksum, the digest of a shard's text, the root of an index. */
  readonly expected: string;
  /** A shard as the index lists it. */
  readonly entry?: ShardEntry;
  /** An item's own key and the point that it is stored under. */
  readonly item?: { readonly key: string; readonly since: string };
  readonly state: RotState;
  readonly reason: Reason;
  /** Regions whose twin is no help. */
  readonly tried: readonly string[];
  /** Every recovery point that names it, once it is beyond mending. */
  readonly points: readonly RecoveryPointId[];
  readonly reading?: Reading;
}

/** With a new run come new chances: a region may be back, and a person may have put something there. */
export const tryAgain = (rot: Rot): Rot =>
  rot.state === 'waits' || rot.state === 'beyond' ? { ...rot, state: 'rotten', tried: [], points: [] } : rot;

export const isOpenOn = (open: readonly Rot[], key: string): boolean => open.some((rot) => rot.key === key);

/** What is missing from a point that is just being discarded is no rot: its files go one after the other. */
export const isLeaving = ({ state, discardAfter }: CopyRecord, now: Instant): boolean =>
  state === 'expiring' && (discardAfter === undefined || discardAfter <= now);

/**
 * Whose manifest is to be whole: also that of a copy which was proven once and is set aside, because what nobody names
 * any more is found by comparing with it.
 */
export const keepsManifest = (copy: CopyRecord): boolean =>
  holds(copy) || (copy.state === 'quarantined' && copy.provenAt !== undefined);

/** By the state that is held: the points that name one stored item follow one another in this order. */
export const inOrderOfState = (copies: readonly CopyRecord[]): readonly CopyRecord[] =>
  copies.toSorted((a, b) => (a.takenAt ?? 0) - (b.takenAt ?? 0) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

/**
 * Whether a record, read again, still asks for what was found wrong. What is missing of a copy that is being discarded,
 * or was set aside, is nobody's to put back.
 */
export function stillMatters(
  kind: Rot['kind'],
  missing: boolean,
  copy: CopyRecord | undefined,
  now: Instant,
): boolean {
  if (!copy) return false;
  if (missing || kind === 'item') return holds(copy) && !(missing && isLeaving(copy, now));
  return keepsManifest(copy);
}

export const missingReason = (region: string, key: string): Reason =>
  reasonOf(new ResourceMissing(`${key} is not in the vault of ${region} any more`, { region, key }));
