import * as z from 'zod';
import { inRegion, usesConfiguration, usesDrivers, usesMachines, usesSides } from '../../shared/env.ts';

export const env = z.object({
  ...inRegion,
  ...usesConfiguration,
  ...usesSides,
  ...usesMachines,
  ...usesDrivers,
});
