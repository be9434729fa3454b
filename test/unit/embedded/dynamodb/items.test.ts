import { describe, expect, it } from 'vitest';
import { AwsError, NotModelled } from '../../../../embedded/service.ts';
import { key, oneTable } from './table-under-test.ts';

describe('items', () => {
  it('come back as they were put, numbers in their shortest spelling', () => {
    const { call } = oneTable();
    const item = {
      ...key('p'),
      n: { N: '007.10' },
      l: { L: [{ S: 'x' }, { NULL: true }] },
      m: { M: { deep: { BOOL: false } } },
      ss: { SS: ['b', 'a'] },
      b: { B: new Uint8Array([1, 2]) },
    };
    call('PutItem', { Item: item });
    expect(call('GetItem', { Key: key('p') }).Item).toEqual({ ...item, n: { N: '7.1' } });
  });

  it('are not changed by what a caller does to its own objects afterwards', () => {
    const { call } = oneTable();
    const bytes = new Uint8Array([1]);
    const item = { ...key('p'), m: { M: { list: { L: [{ S: 'kept' }] } } }, b: { B: bytes } };
    call('PutItem', { Item: item });
    item.m.M.list.L.push({ S: 'sneaked in' });
    bytes[0] = 9;
    const read = call('GetItem', { Key: key('p') }).Item;
    read.b.B[0] = 8;
    expect(() => read.m.M.list.L.push({ S: 'also' })).toThrow(TypeError);
    expect(call('GetItem', { Key: key('p') }).Item).toMatchObject({
      m: { M: { list: { L: [{ S: 'kept' }] } } },
      b: { B: new Uint8Array([1]) },
    });
  });

  it('are missing from the answer when they are not there', () => {
    expect(oneTable().call('GetItem', { Key: key('nobody') })).toEqual({});
  });

  it('are refused above 400 KB, counted with their names', () => {
    const { call } = oneTable();
    const room = 400 * 1024 - 'pk'.length - 1 - 'sk'.length - 1 - 'x'.length;
    call('PutItem', { Item: { ...key('p'), x: { S: 'y'.repeat(room) } } });
    expect(() => call('PutItem', { Item: { ...key('p'), x: { S: 'y'.repeat(room + 1) } } })).toThrow(
      'Item size has exceeded the maximum allowed size',
    );
    expect(() =>
      call('UpdateItem', {
        Key: key('p'),
        UpdateExpression: 'SET z = :z',
        ExpressionAttributeValues: { ':z': { S: '' } },
      }),
    ).toThrow('Item size to update has exceeded');
  });

  it.each([
    ['an empty key', { pk: { S: '' }, sk: { S: 'a' } }, 'cannot contain an empty string value. Key: pk'],
    ['a missing key', { pk: { S: 'p' } }, 'Missing the key sk in the item'],
    [
      'a key of another type',
      { pk: { N: '1' }, sk: { S: 'a' } },
      'Type mismatch for key pk expected: S actual: N',
    ],
    [
      'a long partition key',
      key('p'.repeat(2049)),
      'Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
    [
      'a long sort key',
      key('p', 's'.repeat(1025)),
      'Size of rangekey has exceeded the maximum size limit of1024',
    ],
    ['an empty set', { ...key('p'), s: { SS: [] } }, 'may not be empty'],
    ['a set with twins', { ...key('p'), s: { NS: ['1', '1.0'] } }, 'contains duplicates'],
    ['a number that is none', { ...key('p'), n: { N: 'many' } }, 'cannot be converted to a numeric value'],
    ['39 digits', { ...key('p'), n: { N: '1'.repeat(39) } }, 'more than 38 significant digits'],
    ['a number too large', { ...key('p'), n: { N: '1E126' } }, 'Number overflow'],
    ['two types at once', { ...key('p'), x: { S: 'a', N: '1' } }, 'more than one datatypes set'],
    ['no type', { ...key('p'), x: {} }, 'Supplied AttributeValue is empty'],
    ['an index key of another type', { ...key('p'), dueAt: { S: '1' } }, 'Type mismatch for Index Key dueAt'],
    ['an empty index key', { ...key('p'), due: { S: '' } }, 'IndexName: due, IndexKey: due'],
  ])('are refused with %s', (_what, Item, message) => {
    const { call } = oneTable();
    let thrown: unknown;
    try {
      call('PutItem', { Item });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(AwsError);
    expect(thrown).toMatchObject({ name: 'ValidationException', status: 400 });
    expect((thrown as Error).message).toContain(message);
  });

  it('may hold empty strings outside of keys', () => {
    const { call } = oneTable();
    call('PutItem', { Item: { ...key('p'), note: { S: '' } } });
    expect(call('GetItem', { Key: key('p') }).Item.note).toEqual({ S: '' });
  });

  it('give back what the caller asked to see of a write', () => {
    const { call } = oneTable();
    call('PutItem', { Item: { ...key('p'), a: { N: '1' }, b: { S: 'x' } } });
    const add = (ReturnValues: string) =>
      call('UpdateItem', {
        Key: key('p'),
        UpdateExpression: 'ADD a :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues,
      });
    expect(add('UPDATED_OLD')).toEqual({ Attributes: { a: { N: '1' } } });
    expect(add('UPDATED_NEW')).toEqual({ Attributes: { a: { N: '3' } } });
    expect(add('ALL_NEW').Attributes).toEqual({ ...key('p'), a: { N: '4' }, b: { S: 'x' } });
    expect(add('NONE')).toEqual({});
    expect(call('DeleteItem', { Key: key('p'), ReturnValues: 'ALL_OLD' }).Attributes.a).toEqual({ N: '5' });
    expect(call('DeleteItem', { Key: key('p'), ReturnValues: 'ALL_OLD' })).toEqual({});
  });

  it('are looked for by their whole key and nothing else', () => {
    const { call } = oneTable();
    for (const Key of [
      { pk: { S: 'p' } },
      { ...key('p'), x: { S: '1' } },
      { pk: { S: 'p' }, sk: { N: '1' } },
    ])
      expect(() => call('GetItem', { Key })).toThrow('The provided key element does not match the schema');
  });
});

describe('what is not there', () => {
  it('a table of another region is not found', () => {
    const { call } = oneTable();
    expect(() => call('GetItem', { TableName: 'other', Key: key('p') })).toThrowError(
      expect.objectContaining({ name: 'ResourceNotFoundException' }),
    );
  });

  it.each([
    ['CreateBackup', {}],
    ['PutItem', { Item: key('p'), Expected: {} }],
    ['Query', { KeyConditions: {} }],
    ['PutItem', { Item: key('p'), ReturnConsumedCapacity: 'TOTAL' }],
  ])('%s with an unmodelled member fails loudly', (operation, input) => {
    expect(() => oneTable().call(operation, input)).toThrow(NotModelled);
  });
});
