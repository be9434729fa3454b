import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { announcer, catalog, drills, receipts, region, telemetry } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...region(from),
  ...catalog(from),
  ...drills(from),
  ...receipts(from),
  ...announcer(from),
  ...telemetry(platform),
});
