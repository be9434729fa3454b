import { followLog } from '../../../workflows/contracts/log.ts';
import { queueHandlerFor } from '../../shared/queue-handler-for.ts';
import { env } from './env.ts';
import { follow } from './follow.ts';
import { wire } from './wire.ts';

/** Task `FollowLog`. Safe to repeat and in any order: what is there is left, and nothing moves back. */
export const handler = queueHandlerFor({ contract: followLog, env, wire, run: follow });
