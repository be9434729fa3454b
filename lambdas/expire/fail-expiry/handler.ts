import { failExpiry } from '../../../workflows/contracts/expire.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { fail } from './fail.ts';
import { wire } from './wire.ts';

/** Task `FailExpiry`. Safe to retry: it says something twice at worst. */
export const handler = handlerFor({ contract: failExpiry, env, wire, run: fail });
