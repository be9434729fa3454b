import { sealRecoveryPoint } from '../../../workflows/contracts/backup.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { seal } from './seal.ts';
import { wire } from './wire.ts';

/** Task `SealRecoveryPoint`. Safe to retry from any step of it: each looks at what is there. */
export const handler = handlerFor({ contract: sealRecoveryPoint, env, wire, run: seal });
