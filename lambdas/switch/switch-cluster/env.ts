import * as z from 'zod';
import { inRegion, knowsHome, usesCatalog, usesConfiguration, usesLandings } from '../../shared/env.ts';

export const env = z.object({
  ...inRegion,
  ...usesConfiguration,
  ...usesCatalog,
  ...knowsHome,
  ...usesLandings,
});
