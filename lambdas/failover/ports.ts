import type { Runs } from '../../core/ports/runs.ts';
import type { TaskPorts } from '../shared/ports.ts';

/** What the tasks of a failover work with: of this region alone. */
export type FailoverPorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'groups' | 'machineArns' | 'announcer' | 'telemetry'
> & { readonly runs: Runs };
