import { recordFailover } from '../../../workflows/contracts/failover.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { record } from './record.ts';
import { wire } from './wire.ts';

/** Task `RecordFailover`. Safe to retry: what was recorded is announced again. */
export const handler = handlerFor({ contract: recordFailover, env, wire, run: record });
