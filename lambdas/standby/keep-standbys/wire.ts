import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { announcer, catalog, configuration, groups, region, telemetry } from '../../shared/wiring.ts';
import type { StandbyPorts } from '../ports.ts';
import { standbyDrivers } from '../wire.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform): StandbyPorts => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...groups(from),
  ...announcer(from),
  ...telemetry(platform),
  ...standbyDrivers(from),
});
