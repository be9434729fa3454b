import * as z from 'zod';
import { inRegion, usesBus } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesBus });
