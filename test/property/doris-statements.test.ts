import fc from 'fast-check';
import { expect, test } from 'vitest';
import { named, quoted, value } from '../../adapters/engines/doris/names.ts';
import { type Statement, sqlOf } from '../../adapters/engines/doris/statements.ts';
import { InvalidInput } from '../../core/errors/registry.ts';
import { parseDoris } from '../support/doris-grammar.ts';
import { tokensOf } from '../support/doris-tokens.ts';

/** What has broken out of quotes somewhere, and what an allow-list might let pass by mistake. */
const PIECES = [
  '`',
  '``',
  '"',
  "'",
  '\\',
  ';',
  '--',
  '-- ',
  '#',
  '/*',
  '*/',
  '/*!',
  '.',
  ',',
  '(',
  ')',
  '=',
  ' ',
  '\n',
  '\0',
  '%',
  '$',
  '@@',
  'é',
  '表',
  '’',
  '｀',
  '\u202e',
  '\ud800',
  '😀',
  'DROP DATABASE shop',
  ' OR 1=1',
  ' FORCE',
  '` AS `x',
  'a',
  'Z',
  '0',
  '_',
  '-',
  'orders',
];

const hostile = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((p) => p.join('')) },
  { weight: 2, arbitrary: fc.constantFrom(...PIECES).map((piece) => piece.repeat(256).slice(0, 256)) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,300}$/) },
);

/** Each place that a name can come to, with all names the same. */
const PLACES: readonly ((name: string) => Statement)[] = [
  (n) => ({ kind: 'show-backup', database: n, label: n }),
  (n) => ({ kind: 'show-snapshot', repository: n, label: n, timestamp: n }),
  (n) => ({ kind: 'show-snapshot', repository: 'r', label: n }),
  (n) => ({ kind: 'swap-tables', database: 'd', table: n, with: n }),
  (n) => ({ kind: 'show-recycle-bin', name: n }),
  (n) => ({ kind: 'recover-partition', database: 'd', table: 't', name: n, id: '1', as: n }),
  (n) => ({ kind: 'recover-table', database: 'd', name: 't', id: n, as: 'x' }),
  (n) => ({ kind: 'recover-database', name: n, id: '7', as: n }),
  (n) => ({ kind: 'purge', what: 'table', id: n }),
  (n) => ({ kind: 'create-database', database: n }),
  (n) => ({ kind: 'drop-repository', repository: n }),
  (n) => ({
    kind: 'restore',
    database: 'd',
    label: n,
    repository: 'r',
    parts: { mode: 'on', tables: [{ table: 't', partitions: ['p'], as: n }] },
    properties: { backup_timestamp: '2026-11-21-03-00-01' },
  }),
  (n) => ({
    kind: 'backup',
    database: 'd',
    label: 'l',
    repository: 'r',
    parts: { mode: 'exclude', tables: [{ table: n, partitions: [n] }] },
    properties: {},
  }),
];

const RUNS = 100_000;

test(`${RUNS} hostile names are refused, or read back from their statement as what they were`, () => {
  const seen = { refused: 0, sent: 0 };
  fc.assert(
    fc.property(hostile, fc.nat(PLACES.length - 1), (name, place) => {
      const statement = PLACES[place]!(name);
      let sql: string;
      try {
        sql = sqlOf(statement);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInput);
        seen.refused++;
        return;
      }
      seen.sent++;
      if (JSON.stringify(parseDoris(sql)) !== JSON.stringify(statement))
        expect(parseDoris(sql)).toEqual(statement);
    }),
    { numRuns: RUNS },
  );
  // A fuzz in which nothing gets through, or everything does, has shown nothing.
  expect(seen.refused).toBeGreaterThan(RUNS / 2);
  expect(seen.sent).toBeGreaterThan(RUNS / 100);
});

test('the quotes hold by themselves, without the rules for names', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(tokensOf(`${quoted(text)} ${value(text)}`)).toEqual([
        { type: 'name', text },
        { type: 'string', text },
      ]);
    }),
    { numRuns: 10_000 },
  );
});

test.each(['database', 'table', 'partition', 'repository'] as const)(
  'a %s begins with a letter and has no other signs than hyphens and underscores',
  (kind) => {
    expect(named(kind, 'Orders_2026-11')).toBe('Orders_2026-11');
    for (const name of ['', '1a', '_a', 'a b', 'a\n', 'a.b', 'ä', 'a`b'])
      expect(() => named(kind, name)).toThrow(/is no name of a/);
  },
);
