import * as z from 'zod';
import { inRegion, usesConfiguration, usesLandings, usesPlaces } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesConfiguration, ...usesPlaces, ...usesLandings });
