import type { Cursor } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { type Listing, listingCursor, listingIn } from '../shared/files.ts';

const STEPS = ['backup', 'detach', 'files'] as const;
const AT = ['waiting', 'submitting', 'running', 'done'] as const;

/** Where the backup of one database stands. */
export interface Turn {
  /** `submitting`: nothing is in its way, and the next lap hands it in. */
  readonly at: (typeof AT)[number];
  readonly attempt: number;
  /** Epoch milliseconds before it was handed in: what was committed by then is in it. Zero before that. */
  readonly taken: number;
  /** Looks in a row that did not show the job. */
  readonly unseen: number;
  /** The snapshot's timestamp, in the words of Doris; empty before it is known. */
  readonly timestamp: string;
  readonly tables: number;
  readonly views: number;
}

export const WAITING: Turn = {
  at: 'waiting',
  attempt: 1,
  taken: 0,
  unseen: 0,
  timestamp: '',
  tables: 0,
  views: 0,
};

/** Where a capture stands, and what is known of it so far. */
export interface Captured {
  readonly step: (typeof STEPS)[number];
  readonly turns: ReadonlyMap<string, Turn>;
  /** Looks so far; they come at growing intervals. */
  readonly looks: number;
  /** What the frontend says its version is, and its zone. */
  readonly version: string;
  readonly zone: string;
  readonly listing: Listing;
}

/** A cursor is flat: each database is a line of its own. */
const TURN = 'db.';

const lineOf = ({ at, attempt, taken, unseen, timestamp, tables, views }: Turn): string =>
  [at, attempt, taken, unseen, timestamp || '-', tables, views].join(' ');

function turnIn(line: string): Turn {
  const [at, attempt, taken, unseen, timestamp, tables, views] = line.split(' ');
  const known = AT.find((name) => name === at);
  invariant(known && views !== undefined, 'the cursor carries where a database stands', { line });
  return {
    at: known,
    attempt: Number(attempt),
    taken: Number(taken),
    unseen: Number(unseen),
    timestamp: timestamp === '-' ? '' : timestamp!,
    tables: Number(tables),
    views: Number(views),
  };
}

export const cursorOf = ({ turns, listing, ...rest }: Captured): Cursor => ({
  ...rest,
  ...Object.fromEntries([...turns].map(([database, turn]) => [TURN + database, lineOf(turn)])),
  ...listingCursor(listing),
});

export function capturedIn(cursor: Cursor): Captured {
  const step = STEPS.find((known) => known === cursor['step']);
  invariant(step, 'the cursor carries a step of a capture');
  const { looks, version, zone } = cursor;
  const turns = Object.entries(cursor).flatMap(([key, line]) =>
    key.startsWith(TURN) && typeof line === 'string' ? [[key.slice(TURN.length), turnIn(line)] as const] : [],
  );
  return {
    step,
    turns: new Map(turns),
    looks: typeof looks === 'number' ? looks : 0,
    version: typeof version === 'string' ? version : '',
    zone: typeof zone === 'string' ? zone : '',
    listing: listingIn(cursor),
  };
}
