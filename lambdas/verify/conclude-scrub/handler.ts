import { concludeScrub } from '../../../workflows/contracts/verify.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { conclude } from './conclude.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `ConcludeScrub`. Safe to retry: it says something twice at worst. */
export const handler = handlerFor({ contract: concludeScrub, env, wire, run: conclude });
