import * as z from 'zod';
import { inRegion, usesBus, usesConfiguration, usesReceipts } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesConfiguration, ...usesReceipts, ...usesBus });
