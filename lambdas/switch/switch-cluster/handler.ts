import { switchCluster } from '../../../workflows/contracts/switch.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { turn } from './switch.ts';
import { wire } from './wire.ts';

/** Task `SwitchCluster`. Safe to retry: what says so already is left as it is. */
export const handler = handlerFor({ contract: switchCluster, env, wire, run: turn });
