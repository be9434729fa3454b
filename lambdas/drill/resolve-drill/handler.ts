import { resolveDrill } from '../../../workflows/contracts/drill.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { resolve } from './resolve.ts';
import { wire } from './wire.ts';

/** Task `ResolveDrill`. Safe to retry: the drill is opened once, under its id. */
export const handler = handlerFor({ contract: resolveDrill, env, wire, run: resolve });
