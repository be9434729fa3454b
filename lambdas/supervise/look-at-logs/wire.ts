import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { announcer, catalog, configuration, region, telemetry, vault } from '../../shared/wiring.ts';
import { logDrivers } from '../wire.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...vault(from),
  ...logDrivers(from),
  ...announcer(from),
  ...telemetry(platform),
});
