import * as z from 'zod';
import {
  inRegion,
  usesBus,
  usesCatalog,
  usesConfiguration,
  usesDrivers,
  usesReceipts,
} from '../../shared/env.ts';

export const env = z.object({
  ...inRegion,
  ...usesConfiguration,
  ...usesCatalog,
  ...usesDrivers,
  ...usesReceipts,
  ...usesBus,
});
