import { raiseEpoch } from '../../../workflows/contracts/failover.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { raise } from './raise.ts';
import { wire } from './wire.ts';

/** Task `RaiseEpoch`. Safe to retry: a repetition finds the epoch raised. */
export const handler = handlerFor({ contract: raiseEpoch, env, wire, run: raise });
