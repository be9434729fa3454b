import type { TidbReach } from '../../../core/plan/installation.ts';
import {
  type Followed,
  follow as followErrand,
  type Errand as SharedErrand,
  type Standing,
} from '../shared/errand.ts';
import { ENVIRONMENT } from './argv.ts';
import { BR } from './endings.ts';
import type { TidbPorts } from './ports.ts';

/** One command of BR that is to end well once, in the network of a cluster. */
export interface Errand
  extends Omit<SharedErrand, 'network' | 'environment' | 'tool' | 'wasDone' | 'address'> {
  readonly reach: TidbReach;
}

/** Starts the errand's run, or looks at it. Whoever asks comes again with the standing, until it is done. */
export const follow = (
  ports: TidbPorts,
  { reach, ...errand }: Errand,
  standing: Standing,
): Promise<Followed> =>
  followErrand(
    ports.containers,
    {
      ...errand,
      network: reach,
      environment: ENVIRONMENT,
      tool: BR,
      wasDone: (lines) => lines.some((line) => line.includes('backup meta file exists')),
      address: { answers: `PD at ${reach.pd}`, seeTo: seeTo(reach) },
    },
    standing,
  );

const seeTo = ({ subnets, securityGroups }: TidbReach): string =>
  `see whether the address is right and PD is up, whether tasks in ${subnets.join(', ')} with ${securityGroups.join(', ')} get to its port 2379, and whether it takes the certificates of reach.tls`;
