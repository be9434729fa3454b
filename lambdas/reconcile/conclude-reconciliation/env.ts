import * as z from 'zod';
import { inRegion, usesBus, usesVaults } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesVaults, ...usesBus });
