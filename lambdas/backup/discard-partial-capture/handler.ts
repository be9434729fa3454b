import { discardPartialCapture } from '../../../workflows/contracts/backup.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { discard } from './discard.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `DiscardPartialCapture`. Safe to retry: what is gone stays gone, and only a point that is still capturing is touched. */
export const handler = handlerFor({ contract: discardPartialCapture, env, wire, run: discard });
