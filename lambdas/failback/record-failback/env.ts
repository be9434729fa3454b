import * as z from 'zod';
import { inRegion, usesBus, usesCatalog } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesCatalog, ...usesBus });
