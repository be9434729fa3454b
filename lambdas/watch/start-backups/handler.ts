import { startBackups } from '../../../workflows/contracts/watch.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { start } from './start.ts';
import { wire } from './wire.ts';

/** Task `StartBackups`. Safe to repeat: an execution is started once per recovery point id. */
export const handler = handlerFor({ contract: startBackups, env, wire, run: start });
