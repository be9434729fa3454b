import { bringOver } from '../../../workflows/contracts/failback.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { bring } from './bring.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `BringOver`. Safe to retry: a restore is started once per execution and member, by its name. */
export const handler = handlerFor({ contract: bringOver, env, wire, run: bring });
