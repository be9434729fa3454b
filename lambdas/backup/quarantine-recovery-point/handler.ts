import { quarantineRecoveryPoint } from '../../../workflows/contracts/backup.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { quarantine } from './quarantine.ts';
import { wire } from './wire.ts';

/** Task `QuarantineRecoveryPoint`. Safe to retry; deletes nothing. */
export const handler = handlerFor({ contract: quarantineRecoveryPoint, env, wire, run: quarantine });
