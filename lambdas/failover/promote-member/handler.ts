import { promoteMember } from '../../../workflows/contracts/failover.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { promote } from './promote.ts';
import { wire } from './wire.ts';

/** Task `PromoteMember`. Safe to retry: a standby that was cut loose is left alone. */
export const handler = handlerFor({ contract: promoteMember, env, wire, run: promote });
