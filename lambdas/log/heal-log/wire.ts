import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { drills } from '../../shared/wiring.ts';
import { wire as follow } from '../follow-log/wire.ts';
import type { env } from './env.ts';

/** The same vaults, catalog and layouts, and what drills found. */
export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...follow(from, platform),
  ...drills(from),
});
