import { adoptRestore } from '../../../workflows/contracts/failover.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { adopt } from './adopt.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `AdoptRestore`. Safe to retry: what was measured first stays. */
export const handler = handlerFor({ contract: adoptRestore, env, wire, run: adopt });
