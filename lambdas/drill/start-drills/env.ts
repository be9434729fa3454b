import * as z from 'zod';
import { inRegion, usesConfiguration, usesMachines } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesConfiguration, ...usesMachines });
