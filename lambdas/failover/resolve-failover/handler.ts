import { resolveFailover } from '../../../workflows/contracts/failover.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { resolve } from './resolve.ts';
import { wire } from './wire.ts';

/** Task `ResolveFailover`. Safe to retry: a repetition finds the move that it opened. */
export const handler = handlerFor({ contract: resolveFailover, env, wire, run: resolve });
