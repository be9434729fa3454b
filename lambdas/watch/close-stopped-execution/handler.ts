import { closeStoppedExecution } from '../../../workflows/contracts/watch.ts';
import { queueHandlerFor } from '../../shared/queue-handler-for.ts';
import { close } from './close.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `CloseStoppedExecution`. Safe to repeat: what is closed is left alone. */
export const handler = queueHandlerFor({ contract: closeStoppedExecution, env, wire, run: close });
