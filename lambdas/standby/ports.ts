import type { StandbyDriver } from '../../core/engines/standby-driver.ts';
import type { EngineName } from '../../core/plan/installation.ts';
import type { TaskPorts } from '../shared/ports.ts';

/** What is worked with where a standby is. */
export type StandbyPorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'announcer' | 'telemetry'
> & {
  /** Which side of a group is the true one. */
  readonly groups: Pick<TaskPorts['groups'], 'epoch'>;
  /** Undefined for an engine that has no replication of its own that Holdfast knows. */
  readonly standbys: (engine: EngineName) => StandbyDriver | undefined;
};
