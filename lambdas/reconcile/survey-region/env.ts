import * as z from 'zod';
import { hasRole, inRegion, usesCatalog, usesConfiguration, usesPlaces } from '../../shared/env.ts';

export const env = z.object({
  ...inRegion,
  ...hasRole,
  ...usesConfiguration,
  ...usesCatalog,
  ...usesPlaces,
});
