import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type Codec,
  chains,
  copies,
  holds,
  ITEM_FORMAT,
  points,
  restores,
  type StoredItem,
  standbys,
} from '../../adapters/aws/dynamo-catalog-items.ts';
import type { CopyRecord, LegalHold, RestoreRecord } from '../../core/catalog/recovery-point.ts';
import type { LogChain } from '../../core/log/chain.ts';
import type { FollowedDatabase, StandbyRecord } from '../../core/standby/record.ts';
import { parseInstant } from '../../core/time/instant.ts';
import { everyField } from './every-field.ts';

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
};

const at = parseInstant('2026-11-21T03:00:00.250Z')!;
const reason = { name: 'CaptureFailed', message: 'the engine said no' };

const point = everyField;

const copy: Required<CopyRecord> = {
  id: point.id,
  cluster: 'orders',
  region: 'eu-central-1',
  state: 'proven',
  startedAt: at,
  provenAt: at,
  takenAt: at,
  root: 'ab12',
  newItems: 1,
  newBytes: 10,
  reason,
  discardAfter: at,
};

const hold: Required<LegalHold> = {
  name: 'audit-2026',
  cluster: 'orders',
  recoveryPoint: point.id,
  placedAt: at,
  why: 'tax audit',
};

const restore: Required<RestoreRecord> = {
  id: 'orders-restore-20261121t041502z',
  cluster: 'orders',
  region: 'eu-central-1',
  state: 'restored',
  recoveryPoint: point.id,
  instant: at,
  target: 's3://restored/orders/',
  chain: '20261101t000000z',
  startedAt: at,
  endedAt: at,
  items: 7,
  bytes: 4096,
  achievedRpoSeconds: 900,
  achievedRtoSeconds: 120,
  heartbeat: {
    outcome: 'read',
    beats: 7,
    newest: 9,
    newestAt: at,
    missing: 2,
    firstMissing: 4,
    beyond: 0,
    provenLossSeconds: 930,
  },
  reason,
};

const chain: Required<LogChain> = {
  cluster: 'orders',
  region: 'eu-central-1',
  chain: '20261101t000000z',
  state: 'broken',
  startedAt: at,
  stateSince: at,
  from: at,
  fromMark: '461168601842738790',
  checkpoint: at,
  checkpointMark: '18446744073709551615',
  checkpointAt: at,
  reason,
};

const followed: Required<FollowedDatabase> = {
  state: 'following',
  stateSince: at,
  lag: 3,
  reaches: at,
  seq: 41,
  movedAt: at,
  restartedAt: at,
  head: { seq: 44, at },
  trouble: { ...reason, since: at, toldAt: at },
};

const standby: Required<StandbyRecord> = {
  cluster: 'orders',
  region: 'eu-central-1',
  mode: 'following',
  modeSince: at,
  seenAt: at,
  databases: { shop: followed },
};

type Kind = readonly [kind: string, codec: Codec<never>, record: object];
const kindOf = <Record extends object>(kind: string, codec: Codec<Record>, record: Record): Kind => [
  kind,
  codec as Codec<never>,
  record,
];

const KINDS: readonly Kind[] = [
  kindOf('point', points, point),
  kindOf('copy', copies, copy),
  kindOf('hold', holds, hold),
  kindOf('restore', restores, restore),
  kindOf('chain', chains, chain),
  kindOf('standby', standbys, standby),
];

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

  it.each(KINDS)('of format 4 are still read: %s', (kind, codec, record) => {
    expect(codec.decode(written(4)[kind]!)).toEqual(record);
  });

  it.each(KINDS.filter(([kind]) => kind !== 'standby'))(
    'of format 3 are still read: %s',
    (kind, codec, record) => {
      expect(codec.decode(written(3)[kind]!)).toEqual(record);
    },
  );

  const { heartbeat: _proven, ...restoreOf2 } = restore;
  const FORMAT_2: readonly Kind[] = [
    kindOf('point', points, point),
    kindOf('copy', copies, copy),
    kindOf('hold', holds, hold),
    kindOf('restore', restores, restoreOf2),
    kindOf('chain', chains, chain),
  ];

  it.each(FORMAT_2)('of format 2 are still read: %s', (kind, codec, record) => {
    expect(codec.decode(written(2)[kind]!)).toEqual(record);
  });

  it('of a restore whose heartbeat could not be read say why', () => {
    const unread = { ...restore, heartbeat: { outcome: 'unread', reason } } as const;
    expect(restores.decode({ ...restores.encode(unread), format: 3 })).toEqual(unread);
  });

  const { kind: _later, ...pointOf1 } = point;
  const { chain: _too, ...restoreOf1 } = restoreOf2;
  const FORMAT_1: readonly Kind[] = [
    kindOf('point', points, pointOf1),
    kindOf('copy', copies, copy),
    kindOf('hold', holds, hold),
    kindOf('restore', restores, restoreOf1),
  ];

  it.each(FORMAT_1)('of format 1 are still read: %s', (kind, codec, record) => {
    expect(codec.decode(written(1)[kind]!)).toEqual(record);
  });

  it('of a format that is to come are refused with what to do', () => {
    expect(() => points.decode({ ...written(4)['point']!, format: 5 })).toThrow(
      'has format 5, this version reads 1, 2, 3, 4; deploy the version that wrote it',
    );
  });
});
