import { mendRot } from '../../../workflows/contracts/verify.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { mend } from './mend.ts';
import { wire } from './wire.ts';

/** Task `MendRot`. Safe to retry: the same twin is copied over once more. */
export const handler = handlerFor({ contract: mendRot, env, wire, run: mend });
