import * as z from 'zod';
import { inAccount, inRegion, usesConfiguration, usesSides } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...inAccount, ...usesConfiguration, ...usesSides });
