import { validateRestore } from '../../../workflows/contracts/restore.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { validate } from './validate.ts';
import { wire } from './wire.ts';

/** Task `ValidateRestore`. Safe to retry: it reads only. */
export const handler = handlerFor({ contract: validateRestore, env, wire, run: validate });
