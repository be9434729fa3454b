import { tendLogs } from '../../../workflows/contracts/supervise.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { tend } from './tend.ts';
import { wire } from './wire.ts';

/** Task `TendLogs`. Safe to retry: tools' runs are found by their tokens, and records move forward only. */
export const handler = handlerFor({ contract: tendLogs, env, wire, run: tend });
