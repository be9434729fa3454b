import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import {
  HoldfastError,
  ManifestAltered,
  ManifestIncomplete,
  type Reason,
  reasonOf,
} from '../../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import type { Shelf, Twins } from '../../../core/ports/shelf.ts';
import { holds } from '../../../core/reconcile/standing.ts';
import type { Instant } from '../../../core/time/instant.ts';
import { Budget, BYTES_PER_LAP } from '../../../core/verify/budget.ts';
import { inOrderOfState, type Rot, stillMatters } from '../../../core/verify/rot.ts';
import type { mendRot } from '../../../workflows/contracts/verify.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { readStanding, writeStanding } from '../standing-file.ts';

export type MendRotPorts = Pick<TaskPorts, 'region' | 'catalog' | 'vault' | 'telemetry'> & {
  readonly shelf: Pick<Shelf, 'index' | 'names'>;
  readonly twins: Twins;
};

/** Files of manifests before items, and an index before its shards: what depends on another comes after it. */
const ORDER: Readonly<Record<Rot['kind'], number>> = { index: 0, shard: 1, item: 2 };

/**
 * Copies the twin over what is rotten. The bad version stays behind the new one, under its lock. Nothing is removed, and
 * nothing counts as mended here: the next lap of the scrub reads it again.
 */
export async function mend(
  _: Input<typeof mendRot>,
  ports: MendRotPorts,
  now: Instant,
): Promise<Output<typeof mendRot>> {
  const standing = await readStanding(ports.vault);
  const after: Rot[] = [];
  const budget = new Budget(BYTES_PER_LAP);
  const open = standing.open.toSorted((a, b) => ORDER[a.kind] - ORDER[b.kind]);
  for (const rot of open) {
    const inTurn = rot.state === 'rotten' && !budget.isUsedUp;
    if (inTurn) budget.charge(rot.bytes);
    const next = inTurn ? await mendOne(rot, ports, now) : rot;
    if (next) after.push(next);
  }
  await writeStanding(ports.vault, { ...standing, open: after }, now);
  const count = (state: Rot['state']): number => after.filter((rot) => rot.state === state).length;
  return { copied: count('copied'), waiting: count('waits'), beyond: count('beyond') };
}

/** @returns undefined when it no longer matters: its point was discarded, or set aside, meanwhile */
async function mendOne(rot: Rot, ports: MendRotPorts, now: Instant): Promise<Rot | undefined> {
  const { catalog, region, telemetry } = ports;
  const { recoveryPoint: id, key } = rot;
  const missing = rot.reason.name === 'ResourceMissing';
  if (!stillMatters(rot.kind, missing, await catalog.copy(id, region), now)) {
    telemetry.info(`not mended: ${key} belongs to ${id}, which stands otherwise now`, { recoveryPoint: id });
    return undefined;
  }
  const tried = [...rot.tried];
  let waiting: Reason | undefined;
  for (const from of await byTrust(rot, ports)) {
    const outcome = await tryTwin(rot, from, ports);
    if (outcome === 'copied') return { ...rot, state: 'copied', tried: [...tried, from] };
    if (outcome.later) waiting ??= outcome.reason;
    else tried.push(from);
    telemetry.info(`the twin of ${key} in ${from} is no help: ${outcome.reason.message}`, {
      recoveryPoint: id,
    });
  }
  if (waiting) return { ...rot, state: 'waits', tried };
  return { ...rot, state: 'beyond', tried, points: await pointsWith(rot, ports) };
}

/** Regions where the copy of its point is proven come first. What a twin is worth, its checksum says. */
async function byTrust(
  { recoveryPoint: id, tried }: Rot,
  { catalog, twins }: MendRotPorts,
): Promise<readonly string[]> {
  const regions = twins.regions.filter((name) => !tried.includes(name));
  const copies = await Promise.all(regions.map((name) => catalog.copy(id, name)));
  const isProven = (_: string, n: number): boolean => copies[n] !== undefined && holds(copies[n]);
  return [...regions.filter(isProven), ...regions.filter((name, n) => !isProven(name, n))];
}

type Tried = 'copied' | { readonly later: boolean; readonly reason: Reason };

/** A region that cannot be asked, or a key that is not usable, says nothing about the twin: it is asked tomorrow. */
async function tryTwin(rot: Rot, from: string, { twins }: MendRotPorts): Promise<Tried> {
  try {
    const unfit = await twins.copy(rot, from);
    return unfit ? { later: false, reason: unfit } : 'copied';
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.family === 'defect') throw error;
    return { later: true, reason: reasonOf(error) };
  }
}

/** Every kept point of this region that names it: points that name one item follow one another. */
async function pointsWith(rot: Rot, ports: MendRotPorts): Promise<readonly RecoveryPointId[]> {
  const { item, cluster, recoveryPoint: id } = rot;
  if (!item) return [id];
  const kept = inOrderOfState((await ports.catalog.copies(cluster, ports.region)).filter(holds));
  const found: RecoveryPointId[] = [id];
  for (const copy of kept.slice(kept.findIndex((each) => each.id === id) + 1)) {
    if (!(await names(copy, item, ports))) break;
    found.push(copy.id);
  }
  return found;
}

async function names(
  copy: CopyRecord,
  item: NonNullable<Rot['item']>,
  { shelf }: MendRotPorts,
): Promise<boolean> {
  const { index } = await shelf.index(copy.cluster, copy.id, copy.root);
  try {
    return index !== undefined && (await shelf.names(index, item));
  } catch (error) {
    if (error instanceof ManifestAltered || error instanceof ManifestIncomplete) return false;
    throw error;
  }
}
