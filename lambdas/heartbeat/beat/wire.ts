import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { sides } from '../../shared/wiring.ts';
import { heartPorts } from '../wire.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...heartPorts(from, platform),
  ...sides(from),
});
