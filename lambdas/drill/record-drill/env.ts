import * as z from 'zod';
import { inRegion, usesBus, usesCatalog, usesReceipts } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesCatalog, ...usesReceipts, ...usesBus });
