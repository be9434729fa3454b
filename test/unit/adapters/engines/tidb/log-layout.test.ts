import { describe, expect, test } from 'vitest';
import { tidbLogLayout as layout } from '../../../../../adapters/engines/tidb/log-layout.ts';
import { isIn, logKeyOf } from '../../../../../core/log/layout.ts';
import { hours, type Instant, later, minutes, parseInstant } from '../../../../../core/time/instant.ts';

const at = (text: string): Instant => parseInstant(text)!;
const tso = (when: Instant): bigint => BigInt(when) << 18n;
const hex = (ts: bigint): string => ts.toString(16).padStart(16, '0');
const SINCE = at('2026-11-21T10:40:00Z');
const MARCH = at('2026-03-01T00:00:00Z');

/** How every version of TiKV calls what it flushes at a moment, and what holds changes from `first` on. */
const metasOf = (flushed: Instant, first: Instant): Readonly<Record<string, string>> => {
  const [f, m, x] = [tso(flushed), tso(first), tso(flushed) - 1n];
  return {
    'before v8.5.3': `v1/backupmeta/${f}-e157b01c-d166-47ca-bfaf-73290c6fbb06.meta`,
    'of v8.5.3': `v1/backupmeta/${hex(f)}-${hex(m)}-${hex(m)}-${hex(x)}.meta`,
    'in capital letters': `v1/backupmeta/${hex(f).toUpperCase()}-${hex(m)}-${hex(m)}-${hex(x)}.meta`,
    'with the store': `v1/backupmeta/${hex(f)}${hex(4n)}-d${hex(0n)}l${hex(m)}u${hex(x)}.meta`,
    'in decimal': `v1/backupmeta/${f}-${m}-${m}-${x}.meta`,
  };
};
const dataOf = (first: Instant): string => {
  const [day = '', time = ''] = new Date(first).toISOString().split('T');
  return `v1/${day.replaceAll('-', '')}/${time.slice(0, 2)}/1/${tso(first)}-4ad4.log`;
};
const isListed = (kind: 'data' | 'names', path: string, since?: Instant): boolean =>
  layout.written(kind, since).some((stretch) => isIn(stretch, path));

describe('what may have been written since an instant is listed', () => {
  test.each(Object.keys(metasOf(SINCE, SINCE)))('metas %s', (form) => {
    for (const [when, listed] of [
      [later(SINCE, minutes(3)), true],
      [SINCE, true],
      [later(SINCE, hours(500)), true],
      [MARCH, false],
    ] as const)
      expect(isListed('names', metasOf(when, when)[form]!, SINCE), String(when)).toBe(listed);
    expect(isListed('names', metasOf(MARCH, MARCH)[form]!)).toBe(true);
    expect(isListed('data', metasOf(SINCE, SINCE)[form]!)).toBe(false);
  });

  test('data, that of transactions which began an hour before too', () => {
    for (const offset of [hours(-1), 0, hours(1), hours(20), hours(900)])
      expect(isListed('data', dataOf(later(SINCE, offset as never)), SINCE)).toBe(true);
    expect(isListed('data', dataOf(MARCH), SINCE)).toBe(false);
    expect(isListed('data', dataOf(MARCH))).toBe(true);
    for (const path of ['backupmeta', 'backup.lock']) expect(isListed('data', path)).toBe(true);
  });

  test('what a version to come puts elsewhere', () => {
    expect(isListed('data', 'v1/compactions/artifacts/1', SINCE)).toBe(true);
  });
});

test('objects are told apart by their path', () => {
  const kinds = {
    [dataOf(SINCE)]: 'data',
    backupmeta: 'data',
    'backup.lock': 'data',
    'v1/backupmeta/0.meta': 'names',
    'v1/global_checkpoint/7.ts': 'checkpoint',
    'v1_stream_trancate_safepoint.txt': 'local',
    'truncating.lock': 'local',
    'truncating.lock.READ.0a': 'local',
  };
  for (const [path, kind] of Object.entries(kinds)) expect(layout.kindOf(path), path).toBe(kind);
});

test('a file begins with its first change, or, where only its flush is known, two days before that', () => {
  const first = later(SINCE, minutes(-7) as never);
  const { 'before v8.5.3': old, ...others } = metasOf(SINCE, first);
  for (const path of [dataOf(first), ...Object.values(others)])
    expect(layout.beginsAt(path), path).toBe(first);
  expect(layout.beginsAt(old!)).toBe(later(SINCE, hours(-48) as never));
  expect(layout.beginsAt('backupmeta')).toBeUndefined();
});

test('a checkpoint is read to the last of its 64 bits, and the greatest of all stores counts', () => {
  const file = (ts: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(ts);
    return layout.read(bytes)!;
  };
  const [a, b] = [file(tso(SINCE) + 1n), file(tso(SINCE) + 2n)];
  expect(a).toEqual({ at: SINCE, mark: String(tso(SINCE) + 1n) });
  expect([layout.compare(a, b), layout.compare(b, a), layout.compare(a, a)]).toEqual([-1, 1, 0]);
  // A store that was taken out of service leaves its file behind for ever.
  expect(layout.reached([b, file(tso(MARCH)), a])).toBe(b);
  expect(layout.reached([])).toBeUndefined();
  expect(layout.read(Buffer.from('truncated'))).toBeUndefined();
});

test('a key says its cluster and its chain, or is no key of a log', () => {
  expect(logKeyOf('shop/log/20261121t030000z/v1/x')).toEqual({
    cluster: 'shop',
    chain: '20261121t030000z',
    path: 'v1/x',
  });
  for (const key of ['shop/log/x/y', 'shop/data/20261121t030000z/x', 'a/shop/log/20261121t030000z/x'])
    expect(logKeyOf(key)).toBeUndefined();
});
