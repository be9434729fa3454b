import { keepStandbys } from '../../../workflows/contracts/standby.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { env } from './env.ts';
import { keep } from './keep.ts';
import { wire } from './wire.ts';

/** Task `KeepStandbys`. Safe to repeat: whatever it does finds what was done before. */
export const handler = handlerFor({ contract: keepStandbys, env, wire, run: keep });
