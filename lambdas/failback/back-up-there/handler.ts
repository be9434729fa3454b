import { backUpThere } from '../../../workflows/contracts/failback.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { backUp } from './back-up.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `BackUpThere`. Safe to retry: a backup is started once per execution and member, by its name. */
export const handler = handlerFor({ contract: backUpThere, env, wire, run: backUp });
