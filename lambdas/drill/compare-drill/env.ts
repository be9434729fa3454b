import * as z from 'zod';
import { inRegion, usesCatalog, usesConfiguration, usesDrivers } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesConfiguration, ...usesCatalog, ...usesDrivers });
