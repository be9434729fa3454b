import { verifyRecoveryPoint } from '../../../workflows/contracts/backup.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { verify } from './verify.ts';
import { wire } from './wire.ts';

/** Task `VerifyRecoveryPoint`. Safe to retry: it reads, and writes the same index again. */
export const handler = handlerFor({ contract: verifyRecoveryPoint, env, wire, run: verify });
