import { scrubVault } from '../../../workflows/contracts/verify.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { scrub } from './scrub.ts';
import { wire } from './wire.ts';

/** Task `ScrubVault`. Safe to retry: it reads, and what it takes down once it finds taken down. */
export const handler = handlerFor({ contract: scrubVault, env, wire, run: scrub });
