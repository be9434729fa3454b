import { startDrills } from '../../../workflows/contracts/drill.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { start } from './start.ts';
import { wire } from './wire.ts';

/** Task `StartDrills`. Safe to repeat: an execution is started once per cluster and time. */
export const handler = handlerFor({ contract: startDrills, env, wire, run: start });
