import type { CopyRecord, LegalHold, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { indexKey, pointPrefix } from '../../../core/manifest/layout.ts';
import type { Remover, Stock } from '../../../core/ports/stock.ts';
import type { Difference, Fix } from '../../../core/reconcile/difference.ts';
import { whyUnclaimed } from '../../../core/reconcile/snapshots.ts';
import { comparedWith, type Neighbourhood, standingOf } from '../../../core/reconcile/standing.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { discardUnclaimed } from '../../../workflows/contracts/reconcile.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { isHeld } from '../holds-over.ts';
import { NOTHING_MENDED, readPlan } from '../plan-file.ts';
import { tell } from '../tell.ts';

export type DiscardUnclaimedPorts = Pick<
  TaskPorts,
  'region' | 'catalog' | 'vault' | 'announcer' | 'telemetry'
> & { readonly stock: Pick<Stock, 'has' | 'snapshot'>; readonly remover: Remover };

type Outcome = 'mended' | 'told' | 'putOff';

/**
 * Removes what a plan says is nobody's. The survey is minutes old: every record is read again, strongly, and judged
 * again by the same rules; what is judged otherwise now is left alone.
 */
export async function discard(
  { survey, discarded = NOTHING_MENDED }: Input<typeof discardUnclaimed>,
  ports: DiscardUnclaimedPorts,
  now: Instant,
): Promise<Output<typeof discardUnclaimed>> {
  const { differences } = await readPlan(ports.vault, survey.plan);
  const counts = { ...discarded };
  for (const difference of differences) {
    const { fix } = difference;
    if (fix.kind === 'discard-files') counts[await discardFiles(difference, fix, ports, now)]++;
    if (fix.kind === 'discard-snapshot') counts[await discardSnapshot(difference, fix, ports, now)]++;
  }
  return counts;
}

interface Now {
  readonly point: RecoveryPoint | undefined;
  readonly copy: CopyRecord | undefined;
  readonly holds: readonly LegalHold[];
}

async function readAgain(
  { cluster, recoveryPoint }: Difference,
  { catalog, region }: DiscardUnclaimedPorts,
): Promise<Now> {
  const [point, copy, holds] = await Promise.all([
    catalog.point(recoveryPoint),
    catalog.copy(recoveryPoint, region),
    catalog.holds(cluster),
  ]);
  return { point, copy, holds };
}

async function discardFiles(
  difference: Difference,
  { keys, keepers }: Extract<Fix, { kind: 'discard-files' }>,
  ports: DiscardUnclaimedPorts,
  now: Instant,
): Promise<Outcome> {
  const { cluster, recoveryPoint: id, region } = difference;
  const { point, copy, holds } = await readAgain(difference, ports);
  const around: Neighbourhood = {
    points: await ports.catalog.points(cluster),
    copies: await ports.catalog.copies(cluster, region),
  };
  const compared = comparedWith(id, point, copy, around, now);
  const index = indexKey(cluster, id);
  const same = compared?.join(' ') === keepers.join(' ');
  const unknown = standingOf(point, copy) === 'unknown';
  if (!same || isHeld(holds, id) || (unknown && (await ports.stock.has(region, index))))
    return putOff(difference, ports);
  const mine = pointPrefix(cluster, id);
  invariant(
    keys.every((key) => key.startsWith(mine)),
    'a plan names files of its own recovery point only',
    { recoveryPoint: id },
  );
  // The index first: from then on nobody takes what is left for restorable.
  if (keys.includes(index)) await ports.remover.hide([index]);
  await ports.remover.hide(keys.filter((key) => key !== index));
  ports.telemetry.info(`hidden: ${keys.length} files of ${id}`, { recoveryPoint: id, region });
  await tell(ports, 'DifferenceMended', difference, 'they were removed');
  return 'mended';
}

async function discardSnapshot(
  difference: Difference,
  { snapshot: name }: Extract<Fix, { kind: 'discard-snapshot' }>,
  ports: DiscardUnclaimedPorts,
  now: Instant,
): Promise<Outcome> {
  const { cluster, recoveryPoint: id, region } = difference;
  const { point, copy, holds } = await readAgain(difference, ports);
  const snapshot = await ports.stock.snapshot(region, name);
  // Gone, or being deleted: an attempt whose answer was lost did it.
  if (!snapshot || snapshot.status === 'deleting') {
    await tell(ports, 'DifferenceMended', difference, 'it was removed');
    return 'mended';
  }
  const indexed = !point && !copy && (await ports.stock.has(region, indexKey(cluster, id)));
  if (isHeld(holds, id) || !whyUnclaimed(snapshot, point, copy, indexed, now))
    return putOff(difference, ports);
  if ((await ports.remover.removeSnapshot(name)) === 'removed') {
    await tell(ports, 'DifferenceMended', difference, 'it was removed');
    return 'mended';
  }
  await tell(
    ports,
    'DifferenceFound',
    difference,
    'RDS does not let it go before it has ended, so the next run tries again; if it hangs for days, ask AWS to end it',
  );
  return 'told';
}

function putOff({ recoveryPoint, region }: Difference, { telemetry }: DiscardUnclaimedPorts): Outcome {
  telemetry.info(`not removed: ${recoveryPoint} stands otherwise than when it was surveyed`, {
    recoveryPoint,
    region,
  });
  return 'putOff';
}
