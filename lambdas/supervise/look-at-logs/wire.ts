import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { announcer, catalog, configuration, region, sides, telemetry, vault } from '../../shared/wiring.ts';
import { logDrivers } from '../wire.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...sides(from),
  ...vault(from),
  ...logDrivers(from),
  ...announcer(from),
  ...telemetry(platform),
});
