import type { Cursor } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import type { Totals } from '../../../core/manifest/shards.ts';
import { type Instant, instant } from '../../../core/time/instant.ts';
import { NOTHING_SUPPOSED, type Supposed } from './supposed.ts';

/**
 * Where an inventory stands between two laps. The listing goes on after (`key`, `version`); of the key `decided` the
 * version at the instant is known, so that its older versions are passed over.
 */
export interface Position {
  readonly takenAt: Instant;
  nextShard: number;
  baseShard: number;
  key: string;
  version: string;
  decided: string;
  ended: boolean;
  /** The base, when its manifest turned out to be missing or altered: this point then stands on its own. */
  unreadable: string;
  totals: Totals;
  supposed: Supposed;
}

export const cursorOf = ({ totals, supposed: unsure, ...rest }: Position): Cursor => ({
  ...rest,
  ...totals,
  ...(unsure.supposedItems > 0 && unsure),
});

export function positionIn(cursor: Cursor): Position {
  const number = (name: string): number => {
    const value = cursor[name];
    invariant(typeof value === 'number', `the cursor carries the number ${name}`);
    return value;
  };
  const text = (name: string): string => {
    const value = cursor[name];
    invariant(typeof value === 'string', `the cursor carries the text ${name}`);
    return value;
  };
  return {
    takenAt: instant(number('takenAt')),
    nextShard: number('nextShard'),
    baseShard: number('baseShard'),
    key: text('key'),
    version: text('version'),
    decided: text('decided'),
    ended: cursor['ended'] === true,
    unreadable: typeof cursor['unreadable'] === 'string' ? cursor['unreadable'] : '',
    totals: {
      items: number('items'),
      bytes: number('bytes'),
      newItems: number('newItems'),
      newBytes: number('newBytes'),
    },
    supposed:
      cursor['supposedItems'] === undefined
        ? NOTHING_SUPPOSED
        : { supposedItems: number('supposedItems'), supposedBytes: number('supposedBytes') },
  };
}

/** What the inventory counted, and up to which shard: what verification compares with. */
export const planned = (
  cursor: Cursor,
): {
  readonly takenAt: Instant;
  readonly shards: number;
  readonly totals: Totals;
  readonly supposed: Supposed;
} => {
  const { takenAt, nextShard, totals, supposed: unsure } = positionIn(cursor);
  return { takenAt, shards: nextShard, totals, supposed: unsure };
};
