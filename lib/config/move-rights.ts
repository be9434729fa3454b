import { lookIntoFilled } from './drill-rights.ts';
import { inPrimary, may } from './grant.ts';

/** What a planned move was about is read where it is written. */
export const askMoves = inPrimary(({ catalog }, role) => catalog.grantAskMoves(role));
const emptyBehind = inPrimary(({ reach }, role) => reach.grantEmptyBehind(role));
/** A cluster that such a move brings home may be emptied for it, once that move was asked: `wanted-by-move.ts`. */
export const bringHome = may(askMoves, emptyBehind);
/** Before a drill fills another cluster, or a move its own. */
export const lookIntoHeld = may(lookIntoFilled, emptyBehind);
