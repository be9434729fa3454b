import { reachCluster } from '../../../workflows/contracts/reach.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { speak } from './speak.ts';
import { wire } from './wire.ts';

/** Task `ReachCluster`. As safe to repeat as what it is asked to say. */
export const handler = handlerFor({ contract: reachCluster, env, wire, run: speak });
