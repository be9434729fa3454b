import type { CopyRecord, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { recoveryPointId } from '../../core/ids/names.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import { days, type Instant, later, minutes, parseInstant, seconds } from '../../core/time/instant.ts';
import { AWAY, HOME } from './catalog-backends.ts';

export const at = (text: string): Instant => parseInstant(`2026-11-${text}Z`)!;
export const THREE = at('21T03:00:00');

export function aPoint(scheduledAt: Instant, more: Partial<RecoveryPoint> = {}): RecoveryPoint {
  const { cluster = 'orders', rule = 'hourly' } = more;
  return {
    id: recoveryPointId(cluster, rule, scheduledAt),
    cluster,
    engine: 'objects',
    plan: 'gold',
    rule,
    region: HOME,
    state: 'capturing',
    scheduledAt,
    openedAt: later(scheduledAt, seconds(2)),
    execution: 'arn:aws:states:eu-west-1:111122223333:execution:holdfast-backup:1',
    ...more,
  };
}

export const CONTENT = { root: 'ab12', shards: 2, items: 7, bytes: 4_096, newItems: 1, newBytes: 10 };

export async function sealed(
  catalog: Catalog,
  scheduledAt: Instant,
  more: Partial<RecoveryPoint> = {},
): Promise<string> {
  const { point } = await catalog.open(aPoint(scheduledAt, more));
  await catalog.advance(point.id, 'captured', { takenAt: scheduledAt });
  await catalog.advance(point.id, 'verified', { content: CONTENT });
  await catalog.advance(point.id, 'sealed', { sealedAt: later(scheduledAt, minutes(5)) });
  await catalog.reviewAt(point.id, later(scheduledAt, days(1)));
  return point.id;
}

export async function proven(catalog: Catalog, scheduledAt: Instant, takenAt = scheduledAt): Promise<string> {
  const id = recoveryPointId('orders', 'hourly', scheduledAt);
  const copy: CopyRecord = {
    id,
    cluster: 'orders',
    region: AWAY,
    state: 'copying',
    startedAt: scheduledAt,
    takenAt,
  };
  await catalog.openCopy(copy);
  await catalog.advanceCopy(id, AWAY, 'copied');
  await catalog.advanceCopy(id, AWAY, 'proven', { provenAt: later(takenAt, minutes(9)), root: 'ab12' });
  return id;
}
