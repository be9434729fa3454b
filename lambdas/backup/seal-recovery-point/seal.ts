import type { Content, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { continuesLineage, LINEAGE_LOOK_BACK } from '../../../core/catalog/rules-lineage.ts';
import { CAPABILITIES } from '../../../core/engines/capabilities.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { CaptureFailed } from '../../../core/errors/registry.ts';
import { clusterOf, type Installation, planOf } from '../../../core/plan/installation.ts';
import { decide } from '../../../core/retention/decide.ts';
import { nextReview } from '../../../core/retention/next-review.ts';
import { rulesFor } from '../../../core/retention/rules.ts';
import { between, earlier, type Instant, inSeconds, iso } from '../../../core/time/instant.ts';
import type { sealRecoveryPoint } from '../../../workflows/contracts/backup.ts';
import { knownPoint } from '../../shared/lookups.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { setAsideBase } from '../../shared/set-aside-base.ts';
import { warnOfCapture } from '../../shared/warn-of-capture.ts';

type SealPorts = Pick<TaskPorts, 'configuration' | 'catalog' | 'announcer' | 'telemetry'>;

/**
 * The copy at home is proven first, then the point is sealed, then its first review is set, then it is announced. A
 * crash between any two is mended by the retry, which finds what was done; the announcement may come twice, never not
 * at all.
 */
export async function seal(
  { capture }: Input<typeof sealRecoveryPoint>,
  ports: SealPorts,
  now: Instant,
): Promise<Output<typeof sealRecoveryPoint>> {
  const { installation } = await ports.configuration.read();
  const point = await knownPoint(ports.catalog, capture.recoveryPointId);
  if (point.state !== 'verified' && point.state !== 'sealed')
    throw new CaptureFailed(`${point.id} is ${point.state}; only a verified recovery point is sealed`, {
      recoveryPoint: point.id,
      state: point.state,
    });
  if (point.state === 'verified') await requireUnbrokenLineage(ports, point);
  const { content, takenAt } = point;
  invariant(content && takenAt !== undefined, 'a verified point has content and the instant it restores', {
    recoveryPoint: point.id,
  });
  await proveAtHome(ports, point, content, takenAt, now);
  const sealed = await ports.catalog.advance(point.id, 'sealed', { sealedAt: now });
  await ports.catalog.reviewAt(point.id, await firstReview(ports, installation, sealed, now));
  await setAsideBase(ports, point.cluster, point.region, capture.cursor);
  await warnOfCapture(ports, point, capture.cursor);
  measure(ports, sealed, content);
  await ports.announcer.announce({
    name: 'RecoveryPointSealed',
    cluster: point.cluster,
    region: point.region,
    recoveryPoint: point.id,
    sentence: `${point.id} is sealed: ${content.items} items as of ${iso(takenAt)}, ${content.newItems} of them new`,
    facts: {
      items: content.items,
      bytes: content.bytes,
      newItems: content.newItems,
      newBytes: content.newBytes,
      tookSeconds: inSeconds(between(point.openedAt, sealed.sealedAt ?? now)),
    },
  });
  return {};
}

/**
 * Captures of one cluster take turns, but two that were opened within the same moment may both have found the way free.
 * Sealing the second would break the run of points that share items, so it is set aside.
 */
async function requireUnbrokenLineage({ catalog }: SealPorts, point: RecoveryPoint): Promise<void> {
  if (!CAPABILITIES[point.engine].incremental) return;
  const around = await catalog.points(point.cluster, earlier(point.scheduledAt, LINEAGE_LOOK_BACK));
  const newest = await catalog.newestSealed(point.cluster);
  const base = point.base === undefined ? undefined : await catalog.point(point.base);
  const others = [newest, base].filter((other) => other && !around.some(({ id }) => id === other.id));
  const known = [...around, ...others.filter((other) => other !== undefined)];
  if (continuesLineage(point, known)) return;
  throw new CaptureFailed(
    `${point.id} was compared with ${point.base ?? 'nothing'}, and another recovery point of ${point.cluster} was sealed since; sealing both could let a later discard rob one of them; take a manual backup of ${point.cluster}`,
    { recoveryPoint: point.id },
  );
}

/** Verification compared the vault with the plan, so in the region of capture the root is proven by it. */
async function proveAtHome(
  { catalog }: SealPorts,
  point: RecoveryPoint,
  content: Content,
  takenAt: Instant,
  now: Instant,
): Promise<void> {
  const { id, cluster, region } = point;
  const { copy } = await catalog.openCopy({
    ...{ id, cluster, region, state: 'copying', startedAt: now, takenAt },
    ...(point.forkedFrom !== undefined && { forkedFrom: point.forkedFrom }),
  });
  if (copy.state === 'copying') await catalog.advanceCopy(id, region, 'copied');
  if (copy.state === 'copying' || copy.state === 'copied')
    await catalog.advanceCopy(id, region, 'proven', {
      provenAt: now,
      takenAt,
      root: content.root,
      newItems: content.newItems,
      newBytes: content.newBytes,
    });
}

/** It is the newest point now, so what keeps it, and for how long, follows from itself alone. */
async function firstReview(
  { catalog }: SealPorts,
  installation: Installation,
  point: RecoveryPoint,
  now: Instant,
): Promise<Instant> {
  const cluster = clusterOf(installation, point.cluster);
  const rules = rulesFor({
    plan: cluster && planOf(installation, cluster),
    holds: await catalog.holds(point.cluster),
    lockedFor: installation.vaultLock?.retain,
  });
  const [decision] = decide([point], rules, now);
  invariant(decision, 'retention decides about every sealed point', { recoveryPoint: point.id });
  return nextReview(decision, now);
}

function measure({ telemetry }: SealPorts, point: RecoveryPoint, content: Content): void {
  const of = { cluster: point.cluster, region: point.region };
  telemetry.metric('SealedItems', 'Count', content.items, of);
  telemetry.metric('SealedBytes', 'Bytes', content.bytes, of);
  telemetry.metric('NewBytes', 'Bytes', content.newBytes, of);
}
