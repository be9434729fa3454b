import * as z from 'zod';
import { inRegion, knowsHome, usesConfiguration, usesLandings } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesConfiguration, ...knowsHome, ...usesLandings });
