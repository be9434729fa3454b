import type { DataApis } from '../../core/ports/data-api.ts';
import type { HeartObjects } from '../../core/ports/heart-object.ts';
import type { Reach } from '../../core/ports/reach.ts';
import type { TaskPorts } from '../shared/ports.ts';

/** The ways to hearts: into a network, through Aurora's Data API, and to an object. */
export interface HeartPorts extends Pick<TaskPorts, 'region' | 'configuration' | 'telemetry'> {
  /** Of this region's clusters. */
  readonly reach: Reach;
  readonly dataApis: DataApis;
  readonly heartObjects: HeartObjects;
}
