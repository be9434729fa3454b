import * as z from 'zod';
import { inRegion, usesCatalog, usesMachines } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesCatalog, ...usesMachines });
