import { startCopies } from '../../../workflows/contracts/backup.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { start } from './start.ts';
import { wire } from './wire.ts';

/** Task `StartCopies`. Safe to retry: a copy is started once per recovery point and region, by its name. */
export const handler = handlerFor({ contract: startCopies, env, wire, run: start });
