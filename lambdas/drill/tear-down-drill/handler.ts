import { tearDownDrill } from '../../../workflows/contracts/drill.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { tearDown } from './tear-down.ts';
import { wire } from './wire.ts';

/** Task `TearDownDrill`. Safe to retry: what is gone is gone. */
export const handler = handlerFor({ contract: tearDownDrill, env, wire, run: tearDown });
