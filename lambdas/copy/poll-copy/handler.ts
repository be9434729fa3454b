import { pollCopy } from '../../../workflows/contracts/copy.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { poll } from './poll.ts';
import { wire } from './wire.ts';

/** Task `PollCopy`. Safe to retry: it asks, and moves the copy forward at most once. */
export const handler = handlerFor({ contract: pollCopy, env, wire, run: poll });
