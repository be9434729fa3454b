import { failSupervision } from '../../../workflows/contracts/supervise.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { fail } from './fail.ts';
import { wire } from './wire.ts';

/** Task `FailSupervision`. Safe to retry: it says something twice at worst. */
export const handler = handlerFor({ contract: failSupervision, env, wire, run: fail });
