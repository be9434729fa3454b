import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { key, oneTable } from './table-under-test.ts';

function filled(count: number, more: (i: number) => object = () => ({})) {
  const made = oneTable();
  for (let i = 0; i < count; i++)
    made.call('PutItem', {
      Item: { ...key('p', `s${String(i).padStart(3, '0')}`), n: { N: String(i) }, ...more(i) },
    });
  made.call('PutItem', { Item: key('other') });
  return made;
}

const of = (pk: string) => ({
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: pk } },
});
const within = (condition: string, values: Record<string, string>) => ({
  KeyConditionExpression: `pk = :pk AND ${condition}`,
  ExpressionAttributeValues: {
    ':pk': { S: 'p' },
    ...Object.fromEntries(Object.entries(values).map(([name, S]) => [name, { S }])),
  },
});
const sorts = (answer: { Items: { sk: { S: string } }[] }): string[] => answer.Items.map((item) => item.sk.S);

describe('a query', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['sk = :a', { ':a': 's003' }, ['s003']],
    ['sk < :a', { ':a': 's002' }, ['s000', 's001']],
    ['sk <= :a', { ':a': 's001' }, ['s000', 's001']],
    ['sk > :a', { ':a': 's007' }, ['s008', 's009']],
    ['sk >= :a', { ':a': 's008' }, ['s008', 's009']],
    ['sk BETWEEN :a AND :b', { ':a': 's0011', ':b': 's003' }, ['s002', 's003']],
    [
      'begins_with(sk, :a)',
      { ':a': 's00' },
      ['s000', 's001', 's002', 's003', 's004', 's005', 's006', 's007', 's008', 's009'],
    ],
    ['begins_with(sk, :a)', { ':a': 't' }, []],
  ])('where %s', (condition, values, expected) => {
    expect(sorts(filled(10).call('Query', within(condition, values)))).toEqual(expected);
  });

  it('runs backwards when asked', () => {
    const answer = filled(3).call('Query', { ...of('p'), ScanIndexForward: false });
    expect(sorts(answer)).toEqual(['s002', 's001', 's000']);
  });

  it('counts its limit before the filter, and says where it stopped', () => {
    const answer = filled(10).call('Query', {
      ...of('p'),
      FilterExpression: 'n > :n',
      ExpressionAttributeValues: { ':pk': { S: 'p' }, ':n': { N: '3' } },
      Limit: 3,
    });
    expect(answer).toEqual({ Items: [], Count: 0, ScannedCount: 3, LastEvaluatedKey: key('p', 's002') });
  });

  it('ends a page after 1 MB', () => {
    const { call } = filled(5, () => ({ blob: { S: 'x'.repeat(300_000) } }));
    const first = call('Query', of('p'));
    expect(first).toMatchObject({ Count: 4, LastEvaluatedKey: key('p', 's003') });
    const rest = call('Query', { ...of('p'), ExclusiveStartKey: first.LastEvaluatedKey });
    expect(sorts(rest)).toEqual(['s004']);
    expect(rest).not.toHaveProperty('LastEvaluatedKey');
  });

  it('page by page finds everything once, in both directions, table and index', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        fc.constantFrom(undefined, 'due'),
        (sks, Limit, ScanIndexForward, IndexName) => {
          const { call } = oneTable();
          sks.forEach((sk, i) => {
            call('PutItem', { Item: { ...key('p', sk), due: { S: 'p' }, dueAt: { N: String(i % 3) } } });
          });
          const found: string[] = [];
          let start: object | undefined;
          do {
            const page = call('Query', {
              KeyConditionExpression: `${IndexName ?? 'pk'} = :pk`,
              ExpressionAttributeValues: { ':pk': { S: 'p' } },
              Limit,
              ScanIndexForward,
              ...(IndexName ? { IndexName } : {}),
              ...(start ? { ExclusiveStartKey: start } : {}),
            });
            found.push(...sorts(page));
            start = page.LastEvaluatedKey;
          } while (start);
          expect([...found].sort()).toEqual([...sks].sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each<[string, object, string]>([
    [
      'without the partition',
      { KeyConditionExpression: 'sk = :pk', ExpressionAttributeValues: { ':pk': { S: 'p' } } },
      'missed key schema element: pk',
    ],
    [
      'on a part of partitions',
      { KeyConditionExpression: 'pk > :pk', ExpressionAttributeValues: { ':pk': { S: 'p' } } },
      'Query key condition not supported',
    ],
    [
      'with OR',
      { KeyConditionExpression: 'pk = :pk OR sk = :pk', ExpressionAttributeValues: { ':pk': { S: 'p' } } },
      'Invalid operator',
    ],
    [
      'with a key of another type',
      { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { N: '1' } } },
      'does not match schema type',
    ],
    [
      'with a filter on a key',
      { ...of('p'), FilterExpression: 'sk = :pk' },
      'can only contain non-primary key attributes: Primary key attribute: sk',
    ],
    ['on an unknown index', { ...of('p'), IndexName: 'none' }, 'does not have the specified index: none'],
    [
      'strongly consistent on an index',
      { ...of('p'), IndexName: 'due', ConsistentRead: true },
      'Consistent reads are not supported on global secondary indexes',
    ],
    [
      'from a key of another partition',
      { ...of('p'), ExclusiveStartKey: key('q') },
      'outside query boundaries',
    ],
    [
      'from half a key',
      { ...of('p'), ExclusiveStartKey: { pk: { S: 'p' } } },
      'The provided starting key is invalid',
    ],
    ['with a limit of nothing', { ...of('p'), Limit: 0 }, 'greater than or equal to 1'],
  ])('is refused %s', (_how, input, message) => {
    expect(() => filled(1).call('Query', input)).toThrowError(
      expect.objectContaining({ name: 'ValidationException', message: expect.stringContaining(message) }),
    );
  });

  it('shows only what is projected, lists closed up', () => {
    const { call } = oneTable();
    const doc = { M: { a: { S: '1' }, b: { L: [{ S: 'x' }, { S: 'y' }, { S: 'z' }] } } };
    call('PutItem', { Item: { ...key('p'), doc, rest: { S: 'r' } } });
    const answer = call('Query', {
      ...of('p'),
      ProjectionExpression: 'doc.b[2], doc.b[0], #s',
      ExpressionAttributeNames: { '#s': 'sk' },
    });
    expect(answer.Items).toEqual([{ sk: { S: 'a' }, doc: { M: { b: { L: [{ S: 'x' }, { S: 'z' }] } } } }]);
  });
});

describe('an index', () => {
  const due = (more: object = {}) => ({
    IndexName: 'due',
    KeyConditionExpression: 'due = :d AND dueAt <= :by',
    ExpressionAttributeValues: { ':d': { S: 'd' }, ':by': { N: '100' } },
    ...more,
  });
  const entry = (sk: string, dueAt: string) => ({ ...key('p', sk), due: { S: 'd' }, dueAt: { N: dueAt } });

  it('sorts by number, holds its keys only, and leaves out what lacks one', () => {
    const { call } = oneTable();
    call('PutItem', { Item: { ...entry('a', '20'), more: { S: 'x' } } });
    call('PutItem', { Item: entry('b', '3') });
    call('PutItem', { Item: entry('c', '101') });
    call('PutItem', { Item: { ...key('p', 'd'), due: { S: 'd' } } });
    expect(call('Query', due()).Items).toEqual([entry('b', '3'), entry('a', '20')]);
  });

  it('follows updates and deletes', () => {
    const { call } = oneTable();
    call('PutItem', { Item: entry('a', '1') });
    call('UpdateItem', {
      Key: key('p', 'a'),
      UpdateExpression: 'SET dueAt = :n',
      ExpressionAttributeValues: { ':n': { N: '50' } },
    });
    expect(call('Query', due()).Items).toEqual([entry('a', '50')]);
    call('UpdateItem', { Key: key('p', 'a'), UpdateExpression: 'REMOVE due' });
    expect(call('Query', due()).Items).toEqual([]);
    call('PutItem', { Item: entry('a', '1') });
    call('DeleteItem', { Key: key('p', 'a') });
    expect(call('Query', due()).Items).toEqual([]);
  });

  it('is written only when its own attributes change', () => {
    const { call, db } = oneTable();
    call('PutItem', { Item: entry('a', '1') });
    db.usage.reset();
    call('PutItem', { Item: { ...entry('a', '1'), more: { S: 'x' } } });
    expect(db.usage.of({ index: 'due' }).writeUnits).toBe(0);
    call('PutItem', { Item: entry('a', '2') });
    expect(db.usage.of({ index: 'due' }).writeUnits).toBe(1);
  });

  it('refuses attributes that it does not project', () => {
    const { call } = oneTable();
    expect(() => call('Query', due({ ProjectionExpression: 'more' }))).toThrow('does not project [more]');
  });
});
