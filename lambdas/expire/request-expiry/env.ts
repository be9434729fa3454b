import * as z from 'zod';
import { inRegion, usesBus, usesCatalog, usesConfiguration, usesVaults } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesConfiguration, ...usesCatalog, ...usesVaults, ...usesBus });
