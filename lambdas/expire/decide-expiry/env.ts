import * as z from 'zod';
import { hasRole, inRegion, usesBus, usesConfiguration, usesSides, usesVaults } from '../../shared/env.ts';

export const env = z.object({
  ...inRegion,
  ...hasRole,
  ...usesConfiguration,
  ...usesSides,
  ...usesVaults,
  ...usesBus,
});
