import * as z from 'zod';
import { inRegion, knowsHome, usesCatalog, usesConfiguration, usesMachines } from '../../shared/env.ts';

export const env = z.object({
  ...inRegion,
  ...usesConfiguration,
  ...usesCatalog,
  ...usesMachines,
  ...knowsHome,
});
