import { plannedMove } from './planned-move.ts';

const HELP = `holdfast failback <group>: starts holdfast-failback in the region where the group is active, to bring it home

  --by <name>         who asks
  --by-hand <names>   members that somebody has brought over already, with commas between
  --json              for machines

It protects this side first, which takes as long as a backup and its copy, and then asks whether writers have stopped:
holdfast approvals shows that question. docs/runbooks/failback.md says what to look at first.`;

export const failback = plannedMove('failback', HELP, 'goes home');
