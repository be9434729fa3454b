import { recordMember } from '../../../workflows/contracts/failover.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { record } from './record.ts';
import { wire } from './wire.ts';

/** Task `RecordMember`. Safe to retry: it writes the same again. */
export const handler = handlerFor({ contract: recordMember, env, wire, run: record });
