import * as z from 'zod';
import { inRegion, usesBus, usesCatalog, usesVaults } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesCatalog, ...usesVaults, ...usesBus });
