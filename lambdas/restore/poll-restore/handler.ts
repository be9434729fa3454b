import { pollRestore } from '../../../workflows/contracts/restore.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { poll } from './poll.ts';
import { wire } from './wire.ts';

/** Task `PollRestore`. Safe to retry: it asks. */
export const handler = handlerFor({ contract: pollRestore, env, wire, run: poll });
