import type { Reason } from '../errors/base.ts';
import { StandbyNotReady } from '../errors/registry.ts';
import type { Epoch } from '../groups/group.ts';
import { type Instant, iso } from '../time/instant.ts';

/**
 * What a standby is for at the moment. `following`: it repeats what the protected cluster does, and Holdfast sees to it.
 * `promoting`: it is being cut loose, and nobody may start its job again. `promoted`: it is written to, and is no copy any
 * more. `returning`: the protected cluster follows it. A promoted one whose group went home follows again.
 */
export type StandbyMode = 'following' | 'promoting' | 'promoted' | 'returning';

/** The written diagram. */
export const STANDBY_LIFE: Readonly<Record<StandbyMode, readonly StandbyMode[]>> = {
  following: ['promoting'],
  promoting: ['promoted'],
  promoted: ['returning', 'following'],
  returning: ['following'],
};

/** Whether its group has left it since it was promoted: what it holds is the truth of then. */
export const isLeftBehind = (
  { mode, modeSince, region }: StandbyRecord,
  epoch: Pick<Epoch, 'active' | 'since'> | undefined,
): boolean =>
  mode === 'promoted' && epoch !== undefined && epoch.active !== region && epoch.since > modeSince;

/**
 * Whether what a database of a standby holds is left from when it was promoted, and may be written over: it began to follow
 * again after its group had gone home, and has not been seen to get anywhere since.
 */
export const isLeftOver = (
  { mode, modeSince, region, databases }: StandbyRecord,
  database: string,
  epoch: Pick<Epoch, 'active' | 'since'> | undefined,
): boolean => {
  const { reaches, seq } = databases[database] ?? {};
  const returned = epoch !== undefined && epoch.active !== region && epoch.since <= modeSince;
  return mode === 'following' && returned && reaches === undefined && seq === undefined;
};

/** A place in the source's binlog, and a moment at which nothing lay behind it. */
export interface Head {
  readonly seq: number;
  readonly at: Instant;
}

/** What was made of one database's job at the last look. */
export type FollowState =
  /** There is no job, or none could be made yet. */
  | 'none'
  /** Everything is being brought over: until the end of it, the standby is what it was before. */
  | 'full-sync'
  | 'following'
  | 'paused'
  /** Nobody could be asked. */
  | 'unknown';

export interface FollowedDatabase {
  readonly state: FollowState;
  readonly stateSince: Instant;
  /** Binlogs that the standby has not repeated; absent when nobody could say. */
  readonly lag?: number;
  /** The latest instant of the source that the standby certainly has; only ever moves forward. Absent: nothing is certain. */
  readonly reaches?: Instant;
  /** Behind which commit of the source the standby is. */
  readonly seq?: number;
  /** When it was last seen to get further, or to have nothing before it. */
  readonly movedAt: Instant;
  /** When its job was last paused and resumed to get it moving. */
  readonly restartedAt?: Instant;
  /** The oldest head of the source that the standby has not been seen to reach. */
  readonly head?: Head;
  /** What is the matter, since when, and when somebody was told. */
  readonly trouble?: Reason & { readonly since: Instant; readonly toldAt: Instant };
}

/** A standby as the catalog has it. Its own region alone writes it. */
export interface StandbyRecord {
  readonly cluster: string;
  readonly region: string;
  readonly mode: StandbyMode;
  readonly modeSince: Instant;
  /** When it was looked at last. */
  readonly seenAt: Instant;
  readonly databases: Readonly<Record<string, FollowedDatabase>>;
}

export const newStandby = (cluster: string, region: string, now: Instant): StandbyRecord => ({
  ...{ cluster, region, mode: 'following', modeSince: now, seenAt: now, databases: {} },
});

/** The instant that all of a standby certainly has; undefined while that is not known of some database. */
export function reachOf({ databases }: Pick<StandbyRecord, 'databases'>): Instant | undefined {
  const all = Object.values(databases).map(({ reaches }) => reaches);
  if (all.length === 0 || all.includes(undefined)) return undefined;
  return Math.min(...(all as Instant[])) as Instant;
}

/** The record in another mode; the same one when it is in that mode already, the refusal when it cannot come there. */
export function inMode(
  standby: StandbyRecord,
  mode: StandbyMode,
  now: Instant,
): StandbyRecord | StandbyNotReady {
  if (standby.mode === mode) return standby;
  if (STANDBY_LIFE[standby.mode].includes(mode)) return { ...standby, mode, modeSince: now };
  return new StandbyNotReady(
    `the standby of ${standby.cluster} in ${standby.region} is ${standby.mode} since ${iso(standby.modeSince)} and cannot become ${mode}; it becomes ${STANDBY_LIFE[standby.mode].join(' or ')} next`,
    { cluster: standby.cluster, region: standby.region },
  );
}
