import type { LogDriver } from '../../core/engines/log-driver.ts';
import type { Cluster, EngineName } from '../../core/plan/installation.ts';
import type { TaskPorts } from '../shared/ports.ts';

/** What the tasks of `holdfast-supervise` work with. */
export type SupervisePorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'vault' | 'announcer' | 'machines' | 'telemetry'
> & {
  /** Undefined for an engine that keeps no log in Holdfast's vaults. */
  readonly logs: (engine: EngineName) => LogDriver | undefined;
};

/** What one step about one cluster needs beside its input. */
export interface Tended {
  readonly cluster: Cluster;
  readonly driver: LogDriver;
}
