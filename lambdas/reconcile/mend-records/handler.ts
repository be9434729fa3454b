import { mendRecords } from '../../../workflows/contracts/reconcile.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { mend } from './mend.ts';
import { wire } from './wire.ts';

/** Task `MendRecords`. Safe to retry: each record is read again, and a copy is started once per name. */
export const handler = handlerFor({ contract: mendRecords, env, wire, run: mend });
