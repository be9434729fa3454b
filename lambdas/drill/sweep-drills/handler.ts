import { sweepDrills } from '../../../workflows/contracts/drill.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { sweep } from './sweep.ts';
import { wire } from './wire.ts';

/** Task `SweepDrills`. Safe to repeat: what is gone is gone. */
export const handler = handlerFor({ contract: sweepDrills, env, wire, run: sweep });
