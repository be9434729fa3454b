import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { announcer, catalog, machines, telemetry, vault } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...catalog(from),
  ...machines(from),
  ...vault(from),
  ...announcer(from),
  ...telemetry(platform),
});
