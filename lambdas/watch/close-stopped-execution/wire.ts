import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { drivers, driversHere } from '../../shared/drivers.ts';
import {
  announcer,
  catalog,
  configuration,
  drills,
  groups,
  receipts,
  region,
  telemetry,
} from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...drills(from),
  ...groups(from),
  ...drivers(from),
  ...driversHere(from),
  ...receipts(from),
  ...announcer(from),
  ...telemetry(platform),
});
