import type { CopyRecord } from '../catalog/recovery-point.ts';
import { type Instant, instant } from '../time/instant.ts';
import type { Reading } from './rot.ts';

/** How far a walk through a vault has come: cluster by cluster, point by point in the order of their states. */
export interface Cursor {
  readonly cluster: string;
  /** The instant of the state that `point` holds; the point itself may be discarded before the walk goes on. */
  readonly takenAt: Instant;
  readonly point: string;
  readonly shard: number;
  /** The last item that was read. */
  readonly key: string;
  /** The item after it, when its reading has begun. */
  readonly reading?: Reading;
}

/** Before the first cluster. */
export const FIRST: Cursor = { cluster: '', takenAt: instant(0), point: '', shard: 0, key: '' };

export const atCluster = (cluster: string): Cursor => ({ ...FIRST, cluster });

export const atPoint = ({
  cluster,
  takenAt = FIRST.takenAt,
  id,
}: Pick<CopyRecord, 'cluster' | 'takenAt' | 'id'>): Cursor => ({
  ...FIRST,
  cluster,
  takenAt,
  point: id,
});

/** Behind this point: no id has a `~` in it, and it sorts behind everything that an id may go on with. */
export const behind = (copy: Parameters<typeof atPoint>[0]): Cursor => ({
  ...atPoint(copy),
  point: `${copy.id}~`,
});

/** Whether a walk that stands at `cursor` still has to look at this point. */
export const isAhead = (cursor: Cursor, { takenAt = FIRST.takenAt, id }: CopyRecord): boolean =>
  takenAt > cursor.takenAt || (takenAt === cursor.takenAt && id >= cursor.point);
