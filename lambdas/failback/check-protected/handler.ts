import { checkProtected } from '../../../workflows/contracts/failback.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { check } from './check.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `CheckProtected`. Safe to retry: it reads. */
export const handler = handlerFor({ contract: checkProtected, env, wire, run: check });
