import { failRestore } from '../../../workflows/contracts/restore.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { fail } from './fail.ts';
import { wire } from './wire.ts';

/** Task `FailRestore`. Safe to retry; a restore that was recorded as done stays so. */
export const handler = handlerFor({ contract: failRestore, env, wire, run: fail });
