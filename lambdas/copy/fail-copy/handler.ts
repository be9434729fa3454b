import { failCopy } from '../../../workflows/contracts/copy.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { fail } from './fail.ts';
import { wire } from './wire.ts';

/** Task `FailCopy`. Safe to retry; a copy that was proven meanwhile stays proven. */
export const handler = handlerFor({ contract: failCopy, env, wire, run: fail });
