import { describe, expect, test } from 'vitest';
import { ServiceUnavailable } from '../../../core/errors/registry.ts';
import { BEATS_KEPT } from '../../../core/heartbeat/heart.ts';
import type { Cluster } from '../../../core/plan/installation.ts';
import type { SqlReply, SqlRow } from '../../../core/ports/reach.ts';
import { type Instant, instant, minutes } from '../../../core/time/instant.ts';
import { AT_ONCE, beat } from '../../../lambdas/heartbeat/beat/beat.ts';
import { beatInObject } from '../../../lambdas/heartbeat/in-object.ts';
import { beatOverSql, beatsOverSql, type Line } from '../../../lambdas/heartbeat/over-sql.ts';
import type { HeartPorts } from '../../../lambdas/heartbeat/ports.ts';
import type { SidesPorts } from '../../../lambdas/shared/sides.ts';
import { time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');

/** A database that understands the statements of a heart, and no others. */
class Table {
  exists = false;
  mayCreate = true;
  readonly rows = new Map<number, number>();
  readonly heard: string[] = [];

  readonly line: Line = async (statements) => {
    const answers: SqlReply['answers'][number][] = [];
    for (const [statement, sql] of statements.entries()) {
      this.heard.push(sql);
      const said = this.#say(sql);
      if (typeof said === 'string')
        return { answers, refused: { code: 'ER', errno: 1146, message: said, statement } };
      answers.push({ rows: said, affectedRows: 0 });
    }
    return { answers };
  };

  #say(sql: string): readonly SqlRow[] | string {
    if (sql.startsWith('CREATE')) {
      if (!this.mayCreate) return 'CREATE command denied';
      this.exists ||= sql.startsWith('CREATE TABLE');
      return [];
    }
    if (!this.exists) return "Table 'holdfast.heartbeat' doesn't exist";
    const last = Math.max(0, ...this.rows.keys());
    const inserted = /\+ 1, (\d+) FROM/.exec(sql);
    if (inserted) this.rows.set(last + 1, Number(inserted[1]));
    const [, forgotten] = /^DELETE .* beat <= (\d+)$/.exec(sql) ?? [];
    if (forgotten) for (const number of this.rows.keys()) if (number <= +forgotten) this.rows.delete(number);
    const [, after, limit] = /beat > (\d+) ORDER BY beat LIMIT (\d+)$/.exec(sql) ?? [];
    if (after)
      return [...this.rows]
        .filter(([number]) => number > +after)
        .slice(0, +limit!)
        .map(([number, at]) => ({ beat: String(number), at_ms: String(at) }));
    return sql.startsWith('SELECT MAX') ? [{ beat: String(Math.max(0, ...this.rows.keys())) }] : [];
  }
}

describe('a beat in SQL', () => {
  test('makes its table when there is none, and counts on from there', async () => {
    const table = new Table();
    expect(await beatOverSql(table.line, 'mysql', NOON)).toBe(1);
    expect(await beatOverSql(table.line, 'mysql', instant(NOON + minutes(1)))).toBe(2);
    expect([...table.rows]).toEqual([
      [1, NOON],
      [2, NOON + minutes(1)],
    ]);
    expect(table.heard.filter((sql) => sql.startsWith('CREATE'))).toHaveLength(2);
  });

  test('needs no right to create where the table was made for it', async () => {
    const table = new Table();
    Object.assign(table, { exists: true, mayCreate: false });
    expect(await beatOverSql(table.line, 'standard', NOON)).toBe(1);
  });

  test('that may not create is told in the words of the database, with what to grant', async () => {
    const table = new Table();
    table.mayCreate = false;
    await expect(beatOverSql(table.line, 'mysql', NOON)).rejects.toMatchObject({
      name: 'StatementRefused',
      message: expect.stringMatching(/CREATE command denied.*create, insert, select and delete/),
    });
  });

  test('forgets what is older than eight days once an hour, by number', async () => {
    const table = new Table();
    table.exists = true;
    for (let n = 1; n < BEATS_KEPT + 60; n++) table.rows.set(n, NOON);
    expect(await beatOverSql(table.line, 'mysql', NOON)).toBe(BEATS_KEPT + 60);
    expect([Math.min(...table.rows.keys()), table.rows.size]).toEqual([61, BEATS_KEPT]);
  });

  test('all of them are read, page by page', async () => {
    const table = new Table();
    table.exists = true;
    for (let n = 1; n <= BEATS_KEPT; n++) table.rows.set(n, NOON + n);
    const found = (await beatsOverSql(table.line)) as readonly { number: number; at: Instant }[];
    expect(found).toHaveLength(BEATS_KEPT);
    expect(found.at(-1)).toEqual({ number: BEATS_KEPT, at: NOON + BEATS_KEPT });
  });

  test('where there is no table to read, the words of the database come back', async () => {
    expect(await beatsOverSql(new Table().line)).toEqual({
      refused: expect.stringContaining("doesn't exist"),
    });
  });
});

describe('a beat in an object', () => {
  const bucketWith = (text?: string) => {
    const written: (readonly [text: string, over: string | undefined])[] = [];
    const objects: HeartPorts['heartObjects'] = {
      read: async () => (text === undefined ? undefined : { text, etag: '"e1"' }),
      write: async (_bucket, _key, body, over) => void written.push([body, over]),
    };
    return { objects, written };
  };

  test('begins with one where nothing is, and is written over what was read and nothing else', async () => {
    const empty = bucketWith();
    expect(await beatInObject(empty.objects, 'acme', 'k', NOON)).toBe(1);
    expect(empty.written).toEqual([['{"beat":1,"at":"2026-11-21T12:00:00Z"}\n', undefined]]);
    const full = bucketWith(empty.written[0]![0]);
    expect(await beatInObject(full.objects, 'acme', 'k', NOON)).toBe(2);
    expect(full.written[0]![1]).toBe('"e1"');
  });

  test.each(['', '{"beat":0,"at":"2026-11-21T12:00:00Z"}', '{"beat":1}', '{"beat":1,"at":"noon"}'])(
    'leaves alone what is none: %s',
    async (text) => {
      const { objects, written } = bucketWith(text);
      await expect(beatInObject(objects, 'acme', 'k', NOON)).rejects.toThrow('s3://acme/k is no heartbeat');
      expect(written).toEqual([]);
    },
  );
});

describe('a run', () => {
  const common = { plan: 'gold', expectedBytes: 1, restoreBytesPerSecond: 1, restoreInto: {} };
  const tidb = (name: string): Cluster =>
    ({ ...common, name, engine: 'tidb', reach: { sql: {} } }) as unknown as Cluster;
  const documents = { ...common, name: 'docs', engine: 'objects', bucket: 'b', prefix: '', heartbeat: true };
  const none = { ...common, name: 'plain', engine: 'objects', bucket: 'c', prefix: '', heartbeat: false };

  function world(clusters: readonly object[], silent: ReadonlySet<string> = new Set()) {
    const tables = new Map<string, Table>();
    const metrics: Record<string, number> = {};
    const said: string[] = [];
    let under = 0;
    let most = 0;
    const ports = {
      region: 'eu-west-1',
      configuration: { read: async () => ({ installation: { clusters, groups: [] }, since: NOON }) },
      telemetry: {
        metric: (name: string, _unit: string, value: number) =>
          void Object.assign(metrics, { [name]: value }),
        error: (message: string) => void said.push(message),
        info: () => undefined,
      },
      reach: {
        sql: async ({ cluster }: { cluster: string }, statements: readonly string[]) => {
          most = Math.max(most, ++under);
          await Promise.resolve();
          under--;
          if (silent.has(cluster)) throw new ServiceUnavailable(`${cluster}:4000 does not answer`);
          const table = tables.get(cluster) ?? new Table();
          tables.set(cluster, table);
          return table.line(statements);
        },
      },
      heartObjects: { read: async () => undefined, write: async () => undefined },
    } as unknown as HeartPorts & SidesPorts;
    return { ports, tables, metrics, said, most: () => most };
  }

  test('one cluster that does not answer keeps no other from beating, and is counted and said', async () => {
    const { ports, tables, metrics, said } = world([tidb('a'), tidb('b'), tidb('c'), none], new Set(['b']));
    const at = '2026-11-21T12:01:00Z';
    expect(await beat({ scheduledAt: at }, ports, NOON)).toEqual({ hearts: 3, beaten: 2, missed: 1 });
    expect([...tables.keys()]).toEqual(['a', 'c']);
    expect(metrics).toEqual({ MissedBeats: 1 });
    expect(said).toEqual(['b has no heartbeat this time: b:4000 does not answer']);
  });

  test('objects beat every quarter of an hour, by the minute that was scheduled', async () => {
    const hearts = async (scheduledAt: string) =>
      (await beat({ scheduledAt }, world([tidb('a'), documents]).ports, NOON)).hearts;
    expect(await hearts('2026-11-21T12:15:00Z')).toBe(2);
    expect(await hearts('2026-11-21T12:16:00Z')).toBe(1);
  });

  test('a thousand clusters beat some at once, and not all', async () => {
    const { ports, tables, most } = world(Array.from({ length: 1_000 }, (_, n) => tidb(`c${n}`)));
    const ran = await beat({ scheduledAt: '2026-11-21T12:01:00Z' }, ports, NOON);
    expect(ran).toEqual({ hearts: 1_000, beaten: 1_000, missed: 0 });
    expect(tables.size).toBe(1_000);
    expect(most()).toBe(AT_ONCE);
  });
});
