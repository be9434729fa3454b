import { beat as contract } from '../../../workflows/contracts/heartbeat.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { beat } from './beat.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `Beat`. Safe to repeat: a beat more is a number more. */
export const handler = handlerFor({ contract, env, wire, run: beat });
