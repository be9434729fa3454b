import { requestExpiry } from '../../../workflows/contracts/expire.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { request } from './request.ts';
import { wire } from './wire.ts';

/** Task `RequestExpiry`. Safe to retry: each point is read again before it is moved. */
export const handler = handlerFor({ contract: requestExpiry, env, wire, run: request });
