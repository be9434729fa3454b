import * as z from 'zod';
import { inRegion, usesBus, usesCatalog, usesMachines, usesVaults } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesCatalog, ...usesVaults, ...usesBus, ...usesMachines });
