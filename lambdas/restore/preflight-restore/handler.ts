import { preflightRestore } from '../../../workflows/contracts/restore.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { check } from './check.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `PreflightRestore`. Safe to retry: it claims the target, and finds its own claim. */
export const handler = handlerFor({ contract: preflightRestore, env, wire, run: check });
