import * as z from 'zod';
import { inRegion, usesConfiguration, usesMachines, usesPlaces, usesSides } from '../../shared/env.ts';

export const env = z.object({
  ...inRegion,
  ...usesConfiguration,
  ...usesSides,
  ...usesMachines,
  ...usesPlaces,
});
