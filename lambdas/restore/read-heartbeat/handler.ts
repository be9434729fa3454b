import { readHeartbeat } from '../../../workflows/contracts/restore.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { read } from './read.ts';
import { wire } from './wire.ts';

/** Task `ReadHeartbeat`. Safe to retry: it reads, and what it switches on stays on. */
export const handler = handlerFor({ contract: readHeartbeat, env, wire, run: read });
