import { watchObjectives } from '../../../workflows/contracts/watch.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { watch } from './watch.ts';
import { wire } from './wire.ts';

/** Task `WatchObjectives`. Safe to repeat: a breach that was announced is announced again after a day only. */
export const handler = handlerFor({ contract: watchObjectives, env, wire, run: watch });
