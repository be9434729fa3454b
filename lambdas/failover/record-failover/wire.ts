import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { announcer, groups, region, telemetry } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...region(from),
  ...groups(from),
  ...announcer(from),
  ...telemetry(platform),
});
