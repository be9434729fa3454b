import * as z from 'zod';
import { hasRole, inRegion, usesConfiguration, usesPlaces, usesSides } from '../../shared/env.ts';

export const env = z.object({
  ...inRegion,
  ...hasRole,
  ...usesConfiguration,
  ...usesSides,
  ...usesPlaces,
});
