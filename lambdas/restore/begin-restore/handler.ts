import { beginRestore } from '../../../workflows/contracts/restore.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { begin } from './begin.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `BeginRestore`. Safe to retry: the restore is opened once, under its id. */
export const handler = handlerFor({ contract: beginRestore, env, wire, run: begin });
