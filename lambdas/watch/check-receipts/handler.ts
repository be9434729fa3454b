import { checkReceipts } from '../../../workflows/contracts/watch.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { check } from './check.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `CheckReceipts`. Safe to repeat: what it finds it says again, and a receipt that is missing is written once. */
export const handler = handlerFor({ contract: checkReceipts, env, wire, run: check });
