import { copyShard } from '../../../workflows/contracts/copy.ts';
import { handlerFor } from '../../shared/handler-for.ts';
import { copyOne } from './copy.ts';
import { env } from './env.ts';
import { wire } from './wire.ts';

/** Task `CopyShard`. Safe to retry: what lies in the target vault already is not copied again. */
export const handler = handlerFor({ contract: copyShard, env, wire, run: copyOne });
