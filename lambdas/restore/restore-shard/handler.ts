import { restoreShard } from '../../../workflows/contracts/restore.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { restoreOne } from './restore.ts';
import { wire } from './wire.ts';

/** Task `RestoreShard`. Safe to retry: what lies in the target already is compared, not copied again. */
export const handler = handlerFor({ contract: restoreShard, env, wire, run: restoreOne });
