import { captureRecoveryPoint } from '../../../workflows/contracts/backup.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { capture } from './capture.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `CaptureRecoveryPoint`. Safe to retry: the point is opened once, under an id that follows from the request. */
export const handler = handlerFor({ contract: captureRecoveryPoint, env, wire, run: capture });
