import { resolveRestore } from '../../../workflows/contracts/restore.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { resolve } from './resolve.ts';
import { wire } from './wire.ts';

/** Task `ResolveRestore`. Safe to retry: it reads, and writes down how far a log reaches. */
export const handler = handlerFor({ contract: resolveRestore, env, wire, run: resolve });
