import { beginCopy } from '../../../workflows/contracts/copy.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { begin } from './begin.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `BeginCopy`. Safe to retry: the copy is opened once per recovery point and region. */
export const handler = handlerFor({ contract: beginCopy, env, wire, run: begin });
