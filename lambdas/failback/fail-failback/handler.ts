import { failFailback } from '../../../workflows/contracts/failback.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { fail } from './fail.ts';
import { wire } from './wire.ts';

/** Task `FailFailback`. Safe to retry: what was recorded is announced again. */
export const handler = handlerFor({ contract: failFailback, env, wire, run: fail });
