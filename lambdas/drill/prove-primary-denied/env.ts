import * as z from 'zod';
import { inRegion, usesPlaces } from '../../shared/env.ts';

export const env = z.object({ ...inRegion, ...usesPlaces });
