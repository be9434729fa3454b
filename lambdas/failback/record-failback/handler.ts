import { recordFailback } from '../../../workflows/contracts/failback.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { record } from './record.ts';
import { wire } from './wire.ts';

/** Task `RecordFailback`. Safe to retry: what was recorded is announced again. */
export const handler = handlerFor({ contract: recordFailback, env, wire, run: record });
