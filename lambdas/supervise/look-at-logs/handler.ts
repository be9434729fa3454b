import { lookAtLogs } from '../../../workflows/contracts/supervise.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { look } from './look.ts';
import { wire } from './wire.ts';

/** Task `LookAtLogs`. Safe to retry: checkpoints only move forward. */
export const handler = handlerFor({ contract: lookAtLogs, env, wire, run: look });
