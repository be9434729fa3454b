import * as z from 'zod';
import { inRegion, usesCatalog, usesConfiguration, usesPlaces } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesConfiguration, ...usesCatalog, ...usesPlaces });
