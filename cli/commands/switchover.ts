import { plannedMove } from './planned-move.ts';

const HELP = `holdfast switchover <group>: starts holdfast-switchover in the region that the group goes to, to move it there as planned

  --by <name>         who asks
  --by-hand <names>   members that somebody has brought over already, with commas between
  --json              for machines

Both regions have to be there. It protects home first, which takes as long as a backup and its copy, and then asks whether
writers have stopped: holdfast approvals shows that question. docs/runbooks/switchover.md says what to look at first.`;

export const switchover = plannedMove('switchover', HELP, 'changes sides');
