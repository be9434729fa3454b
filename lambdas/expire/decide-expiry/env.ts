import * as z from 'zod';
import { hasRole, inRegion, usesBus, usesCatalog, usesConfiguration, usesVaults } from '../../shared/env.ts';

export const env = z.object({
  ...inRegion,
  ...hasRole,
  ...usesConfiguration,
  ...usesCatalog,
  ...usesVaults,
  ...usesBus,
});
