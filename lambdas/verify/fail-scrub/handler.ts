import { failScrub } from '../../../workflows/contracts/verify.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { fail } from './fail.ts';
import { wire } from './wire.ts';

/** Task `FailScrub`. Safe to retry: it says something twice at worst. */
export const handler = handlerFor({ contract: failScrub, env, wire, run: fail });
