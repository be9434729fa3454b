import { decideExpiry } from '../../../workflows/contracts/expire.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { decide } from './decide.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `DecideExpiry`. Safe to retry: what a first attempt settled is no longer due. */
export const handler = handlerFor({ contract: decideExpiry, env, wire, run: decide });
