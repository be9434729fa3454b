import { compareDrill } from '../../../workflows/contracts/drill.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { compare } from './compare.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `CompareDrill`. Safe to retry: it reads. */
export const handler = handlerFor({ contract: compareDrill, env, wire, run: compare });
