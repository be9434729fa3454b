import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { announcer, catalog, configuration, groups, region, telemetry } from '../../shared/wiring.ts';
import { standbyDrivers } from '../../standby/wire.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...groups(from),
  ...announcer(from),
  ...telemetry(platform),
  ...standbyDrivers(from),
});
