import { recordRestore } from '../../../workflows/contracts/restore.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { record } from './record.ts';
import { wire } from './wire.ts';

/** Task `RecordRestore`. Safe to retry: the times measured first are the ones that stay. */
export const handler = handlerFor({ contract: recordRestore, env, wire, run: record });
