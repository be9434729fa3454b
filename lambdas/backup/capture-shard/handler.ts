import { captureShard } from '../../../workflows/contracts/backup.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { captureOne } from './capture.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `CaptureShard`. Safe to retry: what lies in the vault already is not written again. */
export const handler = handlerFor({ contract: captureShard, env, wire, run: captureOne });
