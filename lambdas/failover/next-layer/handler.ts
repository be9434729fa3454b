import { nextLayer } from '../../../workflows/contracts/failover.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { next } from './next.ts';
import { wire } from './wire.ts';

/** Task `NextLayer`. Safe to retry: a repetition hands out the same members under the same names. */
export const handler = handlerFor({ contract: nextLayer, env, wire, run: next });
