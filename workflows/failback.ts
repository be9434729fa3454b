import { plannedMove } from './planned.ts';

/** The active side goes home. Started where the group is active, with its home there again. */
export const failback = plannedMove(
  'failback',
  'Brings a group home by difference, from the region that took it over: { "group": "shop" }.',
);
