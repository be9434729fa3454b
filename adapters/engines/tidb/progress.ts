import type { Cursor } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import { type Standing, standingIn } from '../shared/errand.ts';
import { type Listing, listingCursor, listingIn } from '../shared/files.ts';

const STEPS = ['backup', 'clear', 'backup-ts', 'cluster-id', 'files'] as const;

/** Where a capture stands, and what is known of it so far. */
export interface Captured extends Standing {
  readonly step: (typeof STEPS)[number];
  /** The timestamp that an incremental one continues; empty for a full one. */
  readonly last: string;
  readonly increments: number;
  /** Why it is a full one although the rule, or its own beginning, wanted another; empty when it is what was wanted. */
  readonly instead: string;
  /** Its prefix was emptied and it began once more. */
  readonly anew: boolean;
  /** The base, when its manifest cannot be read: whoever seals this point sets it aside. */
  readonly unreadable: RecoveryPointId;
  /** Bytes that BR says it wrote; -1 when it did not say. */
  readonly size: number;
  readonly backupTs: string;
  readonly clusterId: string;
  readonly listing: Listing;
}

/** A cursor is flat: the listing's members stand beside the others. */
export function cursorOf({ listing, ...rest }: Captured): Cursor {
  const { step, task, attempt, looks, unseen, silent } = rest;
  const { last, increments, instead, anew, unreadable, size, backupTs, clusterId } = rest;
  return {
    ...{ step, task, attempt, looks, unseen, silent },
    ...{ last, increments, instead, anew, unreadable, size, backupTs, clusterId },
    ...listingCursor(listing),
  };
}

export function capturedIn(cursor: Cursor): Captured {
  const text = (name: string): string => {
    const value = cursor[name];
    invariant(typeof value === 'string', `the cursor carries the text ${name}`);
    return value;
  };
  const number = (name: string): number => {
    const value = cursor[name];
    invariant(typeof value === 'number', `the cursor carries the number ${name}`);
    return value;
  };
  const step = STEPS.find((known) => known === cursor['step']);
  invariant(step, 'the cursor carries a step of a capture');
  return {
    ...standingIn(cursor),
    step,
    last: text('last'),
    increments: number('increments'),
    instead: text('instead'),
    anew: cursor['anew'] === true,
    unreadable: text('unreadable'),
    size: number('size'),
    backupTs: text('backupTs'),
    clusterId: text('clusterId'),
    listing: listingIn(cursor),
  };
}
