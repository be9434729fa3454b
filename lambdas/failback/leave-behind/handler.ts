import { leaveBehind } from '../../../workflows/contracts/failback.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { leave } from './leave.ts';
import { wire } from './wire.ts';

/** Task `LeaveBehind`. Safe to retry: what has another name by then is not found under the old one. */
export const handler = handlerFor({ contract: leaveBehind, env, wire, run: leave });
