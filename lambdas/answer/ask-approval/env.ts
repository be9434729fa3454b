import * as z from 'zod';
import { inRegion, usesBus, usesCatalog, usesMachines } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesCatalog, ...usesBus, ...usesMachines });
