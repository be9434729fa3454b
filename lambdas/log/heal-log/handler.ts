import { healLog } from '../../../workflows/contracts/log.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { heal } from './heal.ts';
import { wire } from './wire.ts';

/** Task `HealLog`. Safe to repeat: where a lap broke off, the next one begins again. */
export const handler = handlerFor({ contract: healLog, env, wire, run: heal });
