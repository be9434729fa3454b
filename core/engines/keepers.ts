import type { RecoveryPointId } from '../ids/names.ts';
import { snapshotName } from '../ids/names.ts';
import type { EngineName } from '../plan/installation.ts';

/** Who keeps raw snapshots beside the vault. */
export type Keeper = 'rds' | 'ebs';

const KEEPERS: Readonly<Partial<Record<EngineName, Keeper>>> = {
  aurora: 'rds',
  documentdb: 'rds',
  neptune: 'rds',
  ebs: 'ebs',
};

/** Undefined for an engine whose recovery points lie in the vault. */
export const keeperOf = (engine: EngineName | undefined): Keeper | undefined => engine && KEEPERS[engine];

/** Whether a point's data lies in the vault as files, which can be read and mended. */
export const storesFiles = (engine: EngineName): boolean => keeperOf(engine) === undefined;

const VOLUMES = 'volumes-of-';

/**
 * What stands for a recovery point with its keeper: the snapshot of that name in RDS; in EBS, where snapshots have ids
 * only, all those together that carry the point's tag.
 */
export const keptName = (keeper: Keeper, id: RecoveryPointId): string =>
  keeper === 'rds' ? snapshotName(id) : `${VOLUMES}${id}`;

/** Whose name it is, and of which point where the name says so. */
export const keeperNamed = (
  name: string,
): { readonly keeper: 'rds' } | { readonly keeper: 'ebs'; readonly id: RecoveryPointId } =>
  name.startsWith(VOLUMES) ? { keeper: 'ebs', id: name.slice(VOLUMES.length) } : { keeper: 'rds' };
