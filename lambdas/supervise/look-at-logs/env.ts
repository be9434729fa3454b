import * as z from 'zod';
import { inRegion, usesBus, usesConfiguration, usesDrivers, usesSides } from '../../shared/env.ts';

export const env = z.object({
  ...inRegion,
  ...usesConfiguration,
  ...usesSides,
  ...usesDrivers,
  ...usesBus,
});
