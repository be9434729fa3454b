import { failReconciliation } from '../../../workflows/contracts/reconcile.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { fail } from './fail.ts';
import { wire } from './wire.ts';

/** Task `FailReconciliation`. Safe to retry: it says something twice at worst. */
export const handler = handlerFor({ contract: failReconciliation, env, wire, run: fail });
