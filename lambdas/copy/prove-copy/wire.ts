import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { drivers } from '../../shared/drivers.ts';
import { pages } from '../../shared/shard-drivers.ts';
import { announcer, catalog, configuration, telemetry } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...configuration(from),
  ...catalog(from),
  ...drivers(from),
  ...pages(from),
  ...announcer(from),
  ...telemetry(platform),
});
