import * as z from 'zod';
import { inRegion, usesBus, usesCatalog, usesPlaces } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesCatalog, ...usesPlaces, ...usesBus });
