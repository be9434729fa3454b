import { failFailover } from '../../../workflows/contracts/failover.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { fail } from './fail.ts';
import { wire } from './wire.ts';

/** Task `FailFailover`. Safe to retry: what was recorded is announced again. */
export const handler = handlerFor({ contract: failFailover, env, wire, run: fail });
