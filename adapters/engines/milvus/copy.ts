import type { DiscardSpec } from '../../../core/engines/driver.ts';
import { discardFiles } from '../shared/hide-files.ts';
import { type MilvusPorts, markersOf } from './ports.ts';

/** The file that says of a backup that it is one goes right behind the index. */
export const discardPoint = (ports: MilvusPorts, spec: DiscardSpec): Promise<{ removedItems: number }> =>
  discardFiles(ports, spec, markersOf(spec.point.id));
