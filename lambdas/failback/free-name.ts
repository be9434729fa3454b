import type { Landing } from '../../core/groups/landing.ts';
import type { Move } from '../../core/groups/move.ts';
import { stamp } from '../../core/ids/names.ts';
import { type Cluster, isRds } from '../../core/plan/installation.ts';
import type { Side } from './ports.ts';

const RDS_ID_MAX = 63;

/**
 * What was left behind of a database cluster is kept, under another name.
 * @returns whether its own is free by now
 */
export async function freeName(
  cluster: Cluster,
  { target: { clusterId: id } }: Landing,
  move: Pick<Move, 'askedAt'>,
  { oldSides }: Pick<Side, 'oldSides'>,
): Promise<boolean> {
  if (!isRds(cluster) || id === undefined) return true;
  const end = `-left-${stamp(move.askedAt)}`;
  return oldSides.moveAway(id, `${id.slice(0, RDS_ID_MAX - end.length)}${end}`);
}
