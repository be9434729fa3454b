import { resolveFailback } from '../../../workflows/contracts/failback.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { resolve } from './resolve.ts';
import { wire } from './wire.ts';

/** Task `ResolveFailback`. Safe to retry: a repetition finds the move that it opened. */
export const handler = handlerFor({ contract: resolveFailback, env, wire, run: resolve });
