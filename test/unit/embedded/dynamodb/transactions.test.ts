import { describe, expect, it } from 'vitest';
import { key, NOON, oneTable } from './table-under-test.ts';

const put = (pk: string, more: object = {}) => ({ Put: { TableName: 't', Item: key(pk), ...more } });
const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
const addOne = (pk: string) => ({
  Update: {
    TableName: 't',
    Key: key(pk),
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  },
});

describe('a transaction', () => {
  it('does all of it', () => {
    const { call, bare } = oneTable();
    call('PutItem', { Item: key('gone') });
    const check = { ConditionCheck: { TableName: 't', Key: key('nobody'), ...absent } };
    bare('TransactWriteItems', {
      TransactItems: [put('new'), { Delete: { TableName: 't', Key: key('gone') } }, addOne('count'), check],
    });
    expect(call('GetItem', { Key: key('new') }).Item).toEqual(key('new'));
    expect(call('GetItem', { Key: key('gone') })).toEqual({});
    expect(call('GetItem', { Key: key('count') }).Item.n).toEqual({ N: '1' });
    expect(call('GetItem', { Key: key('nobody') })).toEqual({});
  });

  it('does none of it when one condition fails, and says which in order', () => {
    const { call, bare } = oneTable();
    const there = { ...key('there'), n: { N: '7' } };
    call('PutItem', { Item: there });
    const refused = put('there', { ...absent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
    expect(() =>
      bare('TransactWriteItems', { TransactItems: [put('a'), refused, put('there2')] }),
    ).toThrowError(
      expect.objectContaining({
        name: 'TransactionCanceledException',
        message: expect.stringContaining('[None, ConditionalCheckFailed, None]'),
        members: {
          CancellationReasons: [
            { Code: 'None' },
            { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: there },
            { Code: 'None' },
          ],
        },
      }),
    );
    expect(call('GetItem', { Key: key('a') })).toEqual({});
  });

  it('reports an update that the item does not bear as a reason', () => {
    const { call, bare } = oneTable();
    call('PutItem', { Item: { ...key('p'), n: { S: 'text' } } });
    expect(() => bare('TransactWriteItems', { TransactItems: [put('a'), addOne('p')] })).toThrow(
      '[None, ValidationError]',
    );
  });

  it('happens once under one token for ten minutes', () => {
    const { call, bare } = oneTable();
    const again = (now: number, pk = 'p') =>
      bare('TransactWriteItems', { TransactItems: [addOne(pk)], ClientRequestToken: 'token-1' }, now);
    again(NOON);
    again(NOON + 599_999);
    expect(call('GetItem', { Key: key('p') }).Item.n).toEqual({ N: '1' });
    expect(() => again(NOON + 599_999, 'q')).toThrowError(
      expect.objectContaining({ name: 'IdempotentParameterMismatchException' }),
    );
    again(NOON + 600_000);
    expect(call('GetItem', { Key: key('p') }).Item.n).toEqual({ N: '2' });
  });

  it('that failed leaves its token unused', () => {
    const { call, bare } = oneTable();
    const run = () =>
      bare('TransactWriteItems', { TransactItems: [put('p', absent)], ClientRequestToken: 'token-2' });
    call('PutItem', { Item: key('p') });
    expect(run).toThrow('Transaction cancelled');
    call('DeleteItem', { Key: key('p') });
    run();
    expect(call('GetItem', { Key: key('p') }).Item).toEqual(key('p'));
  });

  it.each<[string, object[], string]>([
    ['two actions on one item', [put('p'), addOne('p')], 'multiple operations on one item'],
    ['more than 100 actions', Array.from({ length: 101 }, (_, i) => put(`${i}`)), 'length between 1 and 100'],
    ['no action', [], 'length between 1 and 100'],
    [
      'two kinds in one action',
      [{ ...put('p'), ...addOne('q') }],
      'only contain one of Check, Put, Update or Delete',
    ],
    [
      'more than 4 MB',
      Array.from({ length: 11 }, (_, i) =>
        put(`${i}`, { Item: { ...key(`${i}`), x: { S: 'x'.repeat(400_000) } } }),
      ),
      'exceeds the maximum allowed size',
    ],
  ])('is refused for %s', (_why, TransactItems, message) => {
    expect(() => oneTable().bare('TransactWriteItems', { TransactItems })).toThrowError(
      expect.objectContaining({ name: 'ValidationException', message: expect.stringContaining(message) }),
    );
  });

  it('reads several items at twice the price', () => {
    const { call, bare, db } = oneTable();
    call('PutItem', { Item: key('p') });
    const get = (pk: string) => ({ Get: { TableName: 't', Key: key(pk) } });
    expect(bare('TransactGetItems', { TransactItems: [get('p'), get('q')] })).toEqual({
      Responses: [{ Item: key('p') }, {}],
    });
    expect(db.usage.of({ operation: 'TransactGetItems' })).toMatchObject({
      requests: 1,
      itemsRead: 1,
      readUnits: 4,
    });
  });
});
