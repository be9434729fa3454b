import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { parseInstant } from '../../core/time/instant.ts';

const at = parseInstant('2026-11-21T03:00:00.250Z')!;
const reason = { name: 'CaptureFailed', message: 'the engine said no' };

/** A recovery point with every field that one can have: a field that is added to the type and not here does not compile. */
export const everyField: Required<RecoveryPoint> = {
  id: 'orders-hourly-20261121t030000z',
  cluster: 'orders',
  engine: 'objects',
  plan: 'gold',
  rule: 'hourly',
  region: 'eu-west-1',
  state: 'sealed',
  scheduledAt: at,
  openedAt: at,
  takenAt: at,
  sealedAt: at,
  execution: 'arn:aws:states:eu-west-1:111122223333:execution:holdfast-backup:1',
  base: 'orders-hourly-20261121t020000z',
  forkedFrom: 'orders-daily-20261120t020000z',
  content: { root: 'ab12', shards: 2, items: 7, bytes: 4096, newItems: 1, newBytes: 10 },
  kind: 'incremental',
  manual: { note: 'before the migration', keepUntil: at },
  epoch: 3,
  reason,
  discardAfter: at,
};
