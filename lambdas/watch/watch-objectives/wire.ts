import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { checkpoints } from '../../shared/shard-drivers.ts';
import {
  announcer,
  catalog,
  configuration,
  drills,
  groups,
  region,
  telemetry,
  vault,
} from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...drills(from),
  ...groups(from),
  ...vault(from),
  ...announcer(from),
  ...telemetry(platform),
  ...checkpoints(from),
  home: from.HOME_REGION,
});
