import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { remover, stock } from '../../shared/drivers.ts';
import { announcer, catalog, region, telemetry, vault } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...region(from),
  ...catalog(from),
  ...vault(from),
  ...stock(from),
  ...remover(from),
  ...announcer(from),
  ...telemetry(platform),
});
