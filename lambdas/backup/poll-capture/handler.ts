import { pollCapture } from '../../../workflows/contracts/backup.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { poll } from './poll.ts';
import { wire } from './wire.ts';

/** Task `PollCapture`. Safe to retry: it asks, and moves the point forward at most once. */
export const handler = handlerFor({ contract: pollCapture, env, wire, run: poll });
