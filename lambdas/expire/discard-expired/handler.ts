import { discardExpired } from '../../../workflows/contracts/expire.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { discard } from './discard.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `DiscardExpired`. Safe to retry: discarding what is gone succeeds. */
export const handler = handlerFor({ contract: discardExpired, env, wire, run: discard });
