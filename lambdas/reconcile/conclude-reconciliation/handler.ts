import { concludeReconciliation } from '../../../workflows/contracts/reconcile.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { conclude } from './conclude.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `ConcludeReconciliation`. Safe to retry: it says something twice at worst. */
export const handler = handlerFor({ contract: concludeReconciliation, env, wire, run: conclude });
