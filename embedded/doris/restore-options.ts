/** A RESTORE's properties, once they are read. */
export interface RestoreOptions {
  readonly timestamp: string;
  readonly replicationNum: number;
  readonly reserveReplica: boolean;
  readonly reserveDynamicPartition: boolean;
  readonly allowLoad: boolean;
  readonly atomic: boolean;
  readonly forceReplace: boolean;
  readonly cleanTables: boolean;
  readonly cleanPartitions: boolean;
  readonly beingSynced: boolean;
}

export const RESTORE_DEFAULTS: RestoreOptions = {
  timestamp: '',
  replicationNum: 3,
  reserveReplica: false,
  reserveDynamicPartition: false,
  allowLoad: false,
  atomic: false,
  forceReplace: false,
  cleanTables: false,
  cleanPartitions: false,
  beingSynced: false,
};
