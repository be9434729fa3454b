import { discardUnclaimed } from '../../../workflows/contracts/reconcile.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { discard } from './discard.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `DiscardUnclaimed`. Safe to retry: removing what is gone succeeds. */
export const handler = handlerFor({ contract: discardUnclaimed, env, wire, run: discard });
