import { bringHome } from '../../../workflows/contracts/failback.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { bring } from './bring.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `BringHome`. Safe to retry: a restore is started once per execution and member, by its name. */
export const handler = handlerFor({ contract: bringHome, env, wire, run: bring });
