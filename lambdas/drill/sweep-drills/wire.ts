import type * as z from 'zod';
import type { Platform } from '../../../core/ports/platform.ts';
import { wire as tearDown } from '../tear-down-drill/wire.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...tearDown(from, platform),
  home: from.HOME_REGION,
});
