import * as z from 'zod';
import { contract } from './shared.ts';

export const keepStandbys = contract(
  'KeepStandbys',
  'Sees to it that the standbys of its region follow, and says how far they are behind; called by the schedule',
  z.object({}).loose(),
  z.object({ standbys: z.number().int(), lagging: z.number().int(), broken: z.number().int() }),
);
