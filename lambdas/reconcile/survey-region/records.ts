import type { CopyRecord, LegalHold, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { type Keeper, keeperOf, keptName } from '../../../core/engines/keepers.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import { indexKey } from '../../../core/manifest/layout.ts';
import { clusterOf, type EngineName, type Installation, planOf } from '../../../core/plan/installation.ts';
import type { StoredSnapshot } from '../../../core/ports/stock.ts';
import { type Gap, missingBytes } from '../../../core/reconcile/bytes.ts';
import { missingCopies } from '../../../core/reconcile/copies.ts';
import type { Difference } from '../../../core/reconcile/difference.ts';
import { whyUnclaimed } from '../../../core/reconcile/snapshots.ts';
import type { Instant } from '../../../core/time/instant.ts';
import { isHeld } from '../holds-over.ts';
import type { SurveyPorts } from './survey.ts';

/** All that the catalog says about one cluster in the regions that this run answers for. */
export interface Records {
  readonly cluster: string;
  readonly engine: EngineName | undefined;
  readonly points: readonly RecoveryPoint[];
  /** By region, without discarded ones. */
  readonly copies: ReadonlyMap<string, readonly CopyRecord[]>;
  readonly holds: readonly LegalHold[];
}

/** Snapshots by region; undefined without database clusters, because then there is no right to list any. */
export type Snapshots = ((region: string) => Promise<readonly StoredSnapshot[]>) | undefined;

/** Looked for at one time: at some 30 ms each this asks for 1,000 heads a second. */
const HEADS_IN_FLIGHT = 32;

export async function readRecords(
  cluster: string,
  regions: readonly string[],
  installation: Installation,
  { catalog }: Pick<SurveyPorts, 'catalog'>,
): Promise<Records> {
  const points = await catalog.points(cluster);
  const copies = new Map<string, readonly CopyRecord[]>();
  for (const region of regions) copies.set(region, await catalog.copies(cluster, region));
  const engine = clusterOf(installation, cluster)?.engine ?? points[0]?.engine;
  return { cluster, engine, points, copies, holds: await catalog.holds(cluster) };
}

/** Proven copies, in the regions that were read, whose index or snapshot is gone. */
export async function lookForBytes(
  { cluster, engine, points, copies }: Records,
  snapshots: Snapshots,
  { stock }: Pick<SurveyPorts, 'stock'>,
  now: Instant,
): Promise<readonly Difference[]> {
  const byId = new Map(points.map((point) => [point.id, point]));
  const found: Difference[] = [];
  for (const [region, all] of copies) {
    const proven = all.filter(({ state }) => state === 'proven');
    const gaps: Gap[] = [];
    for (let at = 0; at < proven.length; at += HEADS_IN_FLIGHT) {
      const some = proven.slice(at, at + HEADS_IN_FLIGHT);
      const there = await Promise.all(some.map(({ id }) => stock.has(region, indexKey(cluster, id))));
      gaps.push(...some.flatMap((copy, n) => (there[n] ? [] : [{ copy, missing: 'index' as const }])));
    }
    if (snapshots) {
      const kept = proven.flatMap((copy) => {
        // By the point's own word where there is one: a cluster may have been captured otherwise before.
        const keeper = keeperOf(byId.get(copy.id)?.engine ?? engine);
        return keeper ? [{ copy, keeper }] : [];
      });
      gaps.push(...(await missingSnapshots(kept, gaps, region, snapshots, stock)));
    }
    const of = {
      proven: proven.length,
      home: (id: RecoveryPointId) => byId.get(id)?.region,
      sealed: (id: RecoveryPointId) => byId.get(id)?.state === 'sealed',
    };
    found.push(...missingBytes(gaps, of, now));
  }
  return found;
}

/** Not in the list, and not by its name either: a list alone may leave out what has just been made. */
async function missingSnapshots(
  kept: readonly { readonly copy: CopyRecord; readonly keeper: Keeper }[],
  known: readonly Gap[],
  region: string,
  snapshots: NonNullable<Snapshots>,
  stock: SurveyPorts['stock'],
): Promise<readonly Gap[]> {
  if (kept.length === 0) return [];
  const listed = new Map((await snapshots(region)).map((snapshot) => [snapshot.name, snapshot]));
  const already = new Set(known.map(({ copy }) => copy.id));
  const gaps: Gap[] = [];
  for (const { copy, keeper } of kept) {
    const name = keptName(keeper, copy.id);
    if (already.has(copy.id) || listed.get(name)?.status === 'available') continue;
    if ((await stock.snapshot(region, name))?.status === 'available') continue;
    gaps.push({ copy, missing: 'snapshot' });
  }
  return gaps;
}

/** Copies that a plan names and that are nowhere: the primary decides, because it writes their records. */
export function lookForCopies(records: Records, installation: Installation, now: Instant): Difference[] {
  const configured = clusterOf(installation, records.cluster);
  const plan = configured && planOf(installation, configured);
  const home = installation.regions.primary;
  const atHome = records.copies.get(home) ?? [];
  const provenAtHome = new Set(atHome.filter(({ state }) => state === 'proven').map(({ id }) => id));
  return (plan?.copyTo ?? [])
    .filter((region) => region !== home)
    .flatMap((region) => {
      const copies = new Map((records.copies.get(region) ?? []).map((copy) => [copy.id, copy]));
      const { cluster, points } = records;
      return missingCopies({ cluster, region, points, provenAtHome, copies }, now);
    });
}

/** Snapshots of this region that no living copy stands for. */
export async function lookForSnapshots(
  { cluster, holds }: Pick<Records, 'cluster' | 'holds'>,
  snapshots: Snapshots,
  { region, catalog, stock }: Pick<SurveyPorts, 'region' | 'catalog' | 'stock'>,
  now: Instant,
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const snapshot of (await snapshots?.(region)) ?? []) {
    const { recoveryPoint: id, name } = snapshot;
    if (snapshot.cluster !== cluster || isHeld(holds, id)) continue;
    const [point, copy] = await Promise.all([catalog.point(id), catalog.copy(id, region)]);
    const indexed = !point && !copy && (await stock.has(region, indexKey(cluster, id)));
    const reason = whyUnclaimed(snapshot, point, copy, indexed, now);
    if (!reason) continue;
    const fix = { kind: 'discard-snapshot', snapshot: name } as const;
    found.push({ class: 'snapshot-unclaimed', cluster, region, recoveryPoint: id, reason, fix });
  }
  return found;
}
