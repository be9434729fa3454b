import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  chains,
  copies,
  holds,
  ITEM_FORMAT,
  points,
  restores,
  type StoredItem,
  standbys,
} from '../../adapters/aws/dynamo-catalog-items.ts';
import { parseInstant } from '../../core/time/instant.ts';
import {
  chain,
  copy,
  hold,
  KINDS,
  type Kind,
  kindOf,
  point,
  reason,
  restore,
  standby,
} from './every-kind.ts';

/**
 * Stored items outlive releases. The rule: a change of what is stored raises ITEM_FORMAT once, keeps a reader for the
 * old number, adds `catalog-items-format-<n>.json` and a line here. An old file is never edited.
 */
const SHAPES: Readonly<Record<number, string>> = {
  1: '2524bdfd81261c1d',
  // Log chains, the kind of a point, the chain that carried a restore.
  2: '8af75a99c6186cb2',
  // What a heartbeat proves of a restore.
  3: 'dfead70ecbc00ad8',
  // Standbys.
  4: 'caee3f605e37e9dd',
  // Drills, and restores that are a drill's, of a part, or waited for a yes; sides, moves and their members, the epoch that work began under, where a side forked off; questions that wait for a person.
  5: 'cdf6853f71ba375c',
};

/** `content.items: number`, one line per field, sorted. */
const shapeOf = (value: unknown, path: string): string[] =>
  value && typeof value === 'object'
    ? Object.entries(value).flatMap(([name, child]) => shapeOf(child, `${path}.${name}`))
    : [`${path}: ${typeof value}${isInstant(value) ? ' (ISO 8601)' : ''}`];

const isInstant = (value: unknown): boolean => typeof value === 'string' && parseInstant(value) !== undefined;

describe('stored catalog items', () => {
  it('have the shape that their format number stands for', () => {
    const lines = KINDS.flatMap(([kind, codec, record]) =>
      shapeOf(codec.encode(record as never), kind),
    ).sort();
    const hash = createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
    expect(hash, `the stored shape changed; raise ITEM_FORMAT. It is now:\n${lines.join('\n')}`).toBe(
      SHAPES[ITEM_FORMAT],
    );
  });

  const written = (format: number) =>
    JSON.parse(
      readFileSync(new URL(`./catalog-items-format-${format}.json`, import.meta.url), 'utf8'),
    ) as Readonly<Record<string, StoredItem>>;

  it.each(KINDS)('of format 5 are still read: %s', (kind, codec, record) => {
    expect(codec.decode(written(5)[kind]!)).toEqual(record);
  });

  const { drill: _drill, part: _part, asked: _asked, ...restoreOf4 } = restore;
  const { epoch: _point, forkedFrom: _fork, ...pointOf4 } = point;
  const { epoch: _copy, forkedFrom: _copied, ...copyOf4 } = copy;
  const { epoch: _chain, ...chainOf4 } = chain;
  const FORMAT_4: readonly Kind[] = [
    kindOf('point', points, pointOf4),
    kindOf('copy', copies, copyOf4),
    kindOf('hold', holds, hold),
    kindOf('restore', restores, restoreOf4),
    kindOf('chain', chains, chainOf4),
    kindOf('standby', standbys, standby),
  ];

  it.each(FORMAT_4)('of format 4 are still read: %s', (kind, codec, record) => {
    expect(codec.decode(written(4)[kind]!)).toEqual(record);
  });

  it.each(FORMAT_4.filter(([kind]) => kind !== 'standby'))(
    'of format 3 are still read: %s',
    (kind, codec, record) => {
      expect(codec.decode(written(3)[kind]!)).toEqual(record);
    },
  );

  const { heartbeat: _proven, ...restoreOf2 } = restoreOf4;
  const FORMAT_2: readonly Kind[] = [
    kindOf('point', points, pointOf4),
    kindOf('copy', copies, copyOf4),
    kindOf('hold', holds, hold),
    kindOf('restore', restores, restoreOf2),
    kindOf('chain', chains, chainOf4),
  ];

  it.each(FORMAT_2)('of format 2 are still read: %s', (kind, codec, record) => {
    expect(codec.decode(written(2)[kind]!)).toEqual(record);
  });

  it('of a restore whose heartbeat could not be read say why', () => {
    const unread = { ...restore, heartbeat: { outcome: 'unread', reason } } as const;
    expect(restores.decode({ ...restores.encode(unread), format: 3 })).toEqual(unread);
  });

  const { kind: _later, ...pointOf1 } = pointOf4;
  const { chain: _too, ...restoreOf1 } = restoreOf2;
  const FORMAT_1: readonly Kind[] = [
    kindOf('point', points, pointOf1),
    kindOf('copy', copies, copyOf4),
    kindOf('hold', holds, hold),
    kindOf('restore', restores, restoreOf1),
  ];

  it.each(FORMAT_1)('of format 1 are still read: %s', (kind, codec, record) => {
    expect(codec.decode(written(1)[kind]!)).toEqual(record);
  });

  it('of a format that is to come are refused with what to do', () => {
    expect(() => points.decode({ ...written(4)['point']!, format: 6 })).toThrow(
      'has format 6, this version reads 1, 2, 3, 4, 5; deploy the version that wrote it',
    );
  });
});
