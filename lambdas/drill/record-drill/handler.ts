import { recordDrill } from '../../../workflows/contracts/drill.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { record } from './record.ts';
import { wire } from './wire.ts';

/** Task `RecordDrill`. Safe to retry: a drill ends once. */
export const handler = handlerFor({ contract: recordDrill, env, wire, run: record });
