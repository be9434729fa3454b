import type * as z from 'zod';
import { configuration, machines } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({ ...configuration(from), ...machines(from) });
