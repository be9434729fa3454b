import type * as z from 'zod';
import { configuration, groups } from '../../shared/wiring.ts';
import { landings, switchboards } from '../wire.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  home: from.HOME_REGION,
  ...configuration(from),
  ...groups(from),
  ...landings(from),
  ...switchboards(from),
});
