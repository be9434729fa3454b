import * as z from 'zod';
import { inRegion, knowsHome, usesCatalog, usesMachines } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesCatalog, ...usesMachines, ...knowsHome });
