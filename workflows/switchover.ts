import { plannedMove } from './planned.ts';

/** The active side leaves home as an exercise. Started where the group goes, with both regions there. */
export const switchover = plannedMove(
  'switchover',
  'Moves a group from home to this region as planned, without loss, to exercise it: { "group": "shop" }.',
);
