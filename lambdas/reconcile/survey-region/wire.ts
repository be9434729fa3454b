import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { stock } from '../../shared/drivers.ts';
import { catalog, configuration, region, role, sides, telemetry, vault } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...region(from),
  ...role(from),
  ...configuration(from),
  ...catalog(from),
  ...sides(from),
  ...vault(from),
  ...stock(from),
  ...telemetry(platform),
});
