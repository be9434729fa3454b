import { dorisStandby } from '../../adapters/engines/doris/standby/driver.ts';
import { reach } from '../shared/wiring.ts';
import type { StandbyPorts } from './ports.ts';

/** The engines whose standbys Holdfast keeps. */
export function standbyDrivers(env: { readonly AWS_REGION: string }): Pick<StandbyPorts, 'standbys'> {
  const doris = dorisStandby(reach(env));
  return { standbys: (engine) => (engine === 'doris' ? doris : undefined) };
}
