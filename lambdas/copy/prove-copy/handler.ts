import { proveCopy } from '../../../workflows/contracts/copy.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { prove } from './prove.ts';
import { wire } from './wire.ts';

/** Task `ProveCopy`. Safe to retry: roots are computed from what lies there. */
export const handler = handlerFor({ contract: proveCopy, env, wire, run: prove });
