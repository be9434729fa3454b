import * as z from 'zod';
import { inRegion, usesBus, usesReceipts } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesReceipts, ...usesBus });
