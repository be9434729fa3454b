import type { CopyRecord, RecoveryPoint } from '../catalog/recovery-point.ts';
import { parentsOf } from '../catalog/rules-lineage.ts';
import { CAPABILITIES } from '../engines/capabilities.ts';
import { storesFiles } from '../engines/keepers.ts';
import type { Cluster, EngineName } from '../plan/installation.ts';
import { engineOfPoints } from '../plan/volume-group.ts';
import {
  between,
  type Duration,
  days,
  type Instant,
  instant,
  iso,
  later,
  milliseconds,
  speak,
} from '../time/instant.ts';
import { firstFullUsableAt } from './loss.ts';
import { type RegionHolding, type Restorable, restorableIn, type Situation } from './situation.ts';

/**
 * What a copy lies on: a storage service with its own way to write, and to delete. Two copies of one medium fall to the
 * same mistake of that service, or of whoever may delete there; in how many places they lie is another question. So S3 in
 * two regions is two sites and one medium; a bucket that is protected and the vault beside it are one medium too. A
 * snapshot is deleted by another call than the volume that it is of, and RDS and EBS keep it apart from it.
 */
export type Medium =
  | 's3'
  | 'database-storage'
  | 'database-snapshots'
  | 'volumes'
  | 'volume-snapshots'
  | 'hosts';

/** What the running cluster lies on. */
const RUNS_ON: Readonly<Record<EngineName, Medium>> = {
  objects: 's3',
  // Its rows and indexes are files in a bucket of its own.
  milvus: 's3',
  aurora: 'database-storage',
  documentdb: 'database-storage',
  neptune: 'database-storage',
  tidb: 'hosts',
  doris: 'hosts',
  ebs: 'volumes',
};

const keptOn = (cluster: Cluster): Medium => {
  const engine = engineOfPoints(cluster);
  if (storesFiles(engine)) return 's3';
  return engine === 'ebs' ? 'volume-snapshots' : 'database-snapshots';
};

/** One thing that the rule asks for: how it stands, and in a sentence why. */
export interface Asked<Value> {
  readonly value: Value;
  readonly holds: boolean;
  readonly why: string;
}

/**
 * 3-2-1-1-0: three copies, on two media, one off site, one immutable, none with an error. The first three are the rule's
 * oldest words, in which the data that is worked with is a copy too.
 */
export interface ThreeTwoOne {
  readonly copies: Asked<number>;
  readonly media: Asked<number>;
  readonly offSite: Asked<number>;
  /** Until when the newest point cannot be deleted in some region; null where it can. */
  readonly immutable: Asked<Instant | null>;
  readonly verified: Asked<boolean>;
  /** What the configuration asks for and is not there; empty where all of it is. This is what an alarm is about. */
  readonly missing: readonly string[];
}

/** Older by this than may be lost, it is a copy of what the cluster once was. What is lost until then, the RPO tells. */
const STALE_BEYOND = days(7);

interface Counted {
  readonly region: string;
  readonly holding: RegionHolding;
  readonly restorable: Restorable;
}

export function threeTwoOne(situation: Situation, now: Instant): ThreeTwoOne {
  const { cluster, plan, active, regions } = situation;
  const stale = milliseconds(plan.objectives.rpo + STALE_BEYOND);
  const counted = regions.flatMap((holding): Counted[] => {
    const restorable = restorableIn(holding, situation.points);
    return restorable && between(restorable.latest, now) <= stale
      ? [{ region: holding.region, holding, restorable }]
      : [];
  });
  const named = counted.map(({ region }) => region);
  const away = named.filter((region) => region !== active);
  const media = new Set<Medium>([RUNS_ON[cluster.engine], ...(counted.length > 0 ? [keptOn(cluster)] : [])]);
  const copies = 1 + counted.length;
  return {
    copies: {
      value: copies,
      holds: copies >= 3,
      why: `the cluster itself in ${active}${named.length > 0 ? `, and what is proven in ${named.join(' and ')}` : ''}`,
    },
    media: { value: media.size, holds: media.size >= 2, why: [...media].map(spokenMedium).join(', ') },
    offSite: {
      value: away.length,
      holds: away.length >= 1,
      why: away.length > 0 ? away.join(', ') : `no region but ${active} holds a proven point of these days`,
    },
    immutable: immutableOf(situation, counted, now),
    verified: verifiedOf(situation, counted),
    missing: missingOf(situation, named, stale, now),
  };
}

const SPOKEN: Readonly<Record<Medium, string>> = {
  s3: 'S3',
  'database-storage': "the database service's storage",
  'database-snapshots': 'snapshots of the database service',
  volumes: 'EBS volumes',
  'volume-snapshots': 'EBS snapshots',
  hosts: "the cluster's own hosts",
};
const spokenMedium = (medium: Medium): string => SPOKEN[medium];

function immutableOf(
  { cluster, vaultLock, points }: Situation,
  counted: readonly Counted[],
  now: Instant,
): Asked<Instant | null> {
  const no = (why: string): Asked<Instant | null> => ({ value: null, holds: false, why });
  if (!vaultLock) return no('the configuration has no vaultLock');
  const engine = engineOfPoints(cluster);
  if (!storesFiles(engine)) return no('a vault lock holds files, and its points are snapshots');
  const untils = counted.map(({ holding, restorable }) =>
    lockedUntil(restorable.newest, holding, points, vaultLock.retain),
  );
  const until = instant(Math.max(0, ...untils));
  if (until <= now) return no(`no lock of what its newest point names reaches beyond ${iso(now)}`);
  // An item that never changed lies under the lock that it was written with, however old that is.
  if (CAPABILITIES[engine].incremental && !CAPABILITIES[engine].lineage)
    return {
      value: until,
      holds: false,
      why: `what its newest point added is locked until ${iso(until)}, in mode ${vaultLock.mode}; what did not change since is locked from when it was written, which may be over`,
    };
  return { value: until, holds: true, why: `locked until ${iso(until)}, in mode ${vaultLock.mode}` };
}

/** The least of what a point needs for its restore: the bytes were written after these instants. */
function lockedUntil(
  newest: CopyRecord,
  { copies }: RegionHolding,
  points: readonly RecoveryPoint[],
  retain: Duration,
): Instant {
  const byId = new Map(points.map((point) => [point.id, point]));
  const begun = new Map(copies.map(({ id, startedAt }) => [id, startedAt]));
  const seen = new Set<string>();
  let least = Number.POSITIVE_INFINITY;
  for (const next = [newest.id]; next.length > 0; ) {
    const id = next.pop()!;
    if (seen.has(id)) continue;
    seen.add(id);
    const point = byId.get(id);
    // Something that it needs is not known here: nothing can be said.
    least = point ? Math.min(least, begun.get(id) ?? 0) : 0;
    next.push(...parentsOf(point ?? {}));
  }
  return least > 0 && Number.isFinite(least) ? later(instant(least), retain) : instant(0);
}

function verifiedOf({ drills }: Situation, counted: readonly Counted[]): Asked<boolean> {
  const bad = [
    ...counted.flatMap(({ region, holding: { scrub } }) =>
      scrub && scrub.open > 0
        ? [`the scrub of ${iso(scrub.at)} left ${scrub.open} objects in ${region} unmended`]
        : [],
    ),
    ...drills
      .filter(({ endedAt }) => endedAt !== undefined)
      .slice(0, 1)
      .flatMap(({ id, state, reason }) =>
        state === 'failed' ? [`the last drill, ${id}, failed${reason ? `: ${reason.message}` : ''}`] : [],
      ),
  ];
  if (counted.length === 0) return { value: false, holds: false, why: 'there is nothing to verify' };
  if (bad.length > 0) return { value: false, holds: false, why: bad.join('; ') };
  return {
    value: true,
    holds: true,
    why: 'each was compared when it was proven, and no scrub and no drill found an error since',
  };
}

function missingOf(situation: Situation, named: readonly string[], stale: Duration, now: Instant): string[] {
  const without = situation.regions.filter(({ region }) => !named.includes(region));
  if (without.length === 0 || now <= firstProofDue(situation, stale)) return [];
  return without.map(
    ({ region }) => `nothing that is proven in ${region} restores an instant of the last ${speak(stale)}`,
  );
}

/**
 * One that is newly protected misses nothing before its first full could have been proven elsewhere. It is waited for no
 * longer than for a copy that grows old: where fulls are rare, a log that begins gets one of its own.
 */
function firstProofDue({ cluster, plan, since }: Situation, stale: Duration): Instant {
  const first = firstFullUsableAt(plan, engineOfPoints(cluster), since) ?? later(since, stale);
  return instant(Math.min(Math.max(first, later(since, plan.objectives.rpo)), later(since, stale)));
}
