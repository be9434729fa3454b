import * as z from 'zod';
import { inRegion, usesBus, usesCatalog, usesConfiguration, usesDrivers } from '../../shared/env.ts';

export const env = z.object({
  ...inRegion,
  ...usesConfiguration,
  ...usesCatalog,
  ...usesDrivers,
  ...usesBus,
});
