import { describe, expect, it } from 'vitest';
import { key, oneTable } from './table-under-test.ts';

describe('scans and batches', () => {
  it('a scan page by page finds everything once', () => {
    const { call } = oneTable();
    for (let i = 0; i < 40; i++) call('PutItem', { Item: key(`p${i % 7}`, `s${i}`) });
    const found: string[] = [];
    let start: object | undefined;
    do {
      const page = call('Scan', { Limit: 6, ...(start ? { ExclusiveStartKey: start } : {}) });
      found.push(...page.Items.map((item: { sk: { S: string } }) => item.sk.S));
      start = page.LastEvaluatedKey;
    } while (start);
    expect(new Set(found).size).toBe(40);
    expect(found).toHaveLength(40);
  });

  it('a batch reads up to 100 keys, none twice', () => {
    const { call, bare } = oneTable();
    call('PutItem', { Item: key('p') });
    const get = (Keys: object[]) =>
      bare('BatchGetItem', { RequestItems: { t: { Keys, ConsistentRead: true } } });
    expect(get([key('p'), key('q')])).toEqual({ Responses: { t: [key('p')] }, UnprocessedKeys: {} });
    expect(() => get([key('p'), key('p')])).toThrow('contains duplicates');
    expect(() => get(Array.from({ length: 101 }, (_, i) => key(`${i}`)))).toThrow('Too many items');
  });

  it('a batch writes up to 25 items, none twice', () => {
    const { bare, call } = oneTable();
    const put = (pk: string) => ({ PutRequest: { Item: key(pk) } });
    const write = (t: object[]) => bare('BatchWriteItem', { RequestItems: { t } });
    expect(write([put('p'), { DeleteRequest: { Key: key('q') } }])).toEqual({ UnprocessedItems: {} });
    expect(call('GetItem', { Key: key('p') }).Item).toEqual(key('p'));
    expect(() => write([put('p'), { DeleteRequest: { Key: key('p') } }])).toThrow('contains duplicates');
    expect(() => write(Array.from({ length: 26 }, (_, i) => put(`${i}`)))).toThrow('Too many items');
  });

  it('a batch may leave entries to the caller', () => {
    let turn = 0;
    const { bare, call } = oneTable({ leaveOut: () => turn++ % 2 === 1 });
    const entries = ['a', 'b', 'c'].map((pk) => ({ PutRequest: { Item: key(pk) } }));
    expect(bare('BatchWriteItem', { RequestItems: { t: entries } })).toEqual({
      UnprocessedItems: { t: [entries[1]] },
    });
    expect(call('GetItem', { Key: key('b') })).toEqual({});
  });
});
