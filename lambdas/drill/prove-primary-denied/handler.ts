import { provePrimaryDenied } from '../../../workflows/contracts/drill.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { prove } from './prove.ts';
import { wire } from './wire.ts';

/** Task `ProvePrimaryDenied`. Safe to retry: it asks. */
export const handler = handlerFor({ contract: provePrimaryDenied, env, wire, run: prove });
