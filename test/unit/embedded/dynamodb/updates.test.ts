import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, canonical, compareNumbers } from '../../../../embedded/dynamodb/decimal.ts';
import { key, oneTable } from './table-under-test.ts';

const ITEM = {
  n: { N: '9' },
  words: { S: 'old' },
  tags: { SS: ['a', 'b'] },
  things: { L: [{ S: '0' }, { S: '1' }, { S: '2' }] },
  doc: { M: { a: { M: { b: { S: 'c' } } } } },
};

/** The item after an update, without its key. */
function updated(UpdateExpression: string, values?: Record<string, object>, item: object = ITEM): object {
  const { call } = oneTable();
  call('PutItem', { Item: { ...key('p'), ...item } });
  const { pk, sk, ...rest } = call('UpdateItem', {
    Key: key('p'),
    UpdateExpression,
    ...(values ? { ExpressionAttributeValues: values } : {}),
    ReturnValues: 'ALL_NEW',
  }).Attributes;
  expect({ pk, sk }).toEqual(key('p'));
  return rest;
}

const one = { ':v': { N: '1' } };

describe('updates', () => {
  it.each<[string, Record<string, object> | undefined, object]>([
    ['SET n = n + :v', one, { n: { N: '10' } }],
    ['SET n = :v - n', one, { n: { N: '-8' } }],
    ['SET fresh = if_not_exists(fresh, :v)', one, { fresh: { N: '1' } }],
    ['SET n = if_not_exists(n, :v) + :v', one, { n: { N: '10' } }],
    ['SET words = n, n = :v', one, { words: { N: '9' }, n: { N: '1' } }],
    [
      'SET things = list_append(:v, things)',
      { ':v': { L: [{ S: 'x' }] } },
      { things: { L: [{ S: 'x' }, ...ITEM.things.L] } },
    ],
    ['SET things[1] = :v', one, { things: { L: [{ S: '0' }, { N: '1' }, { S: '2' }] } }],
    [
      'SET things[70] = :v, things[50] = words',
      one,
      { things: { L: [...ITEM.things.L, { S: 'old' }, { N: '1' }] } },
    ],
    ['SET doc.a.b = :v, doc.x = :v', one, { doc: { M: { a: { M: { b: { N: '1' } } }, x: { N: '1' } } } }],
    ['REMOVE things[0], things[2]', undefined, { things: { L: [{ S: '1' }] } }],
    ['REMOVE doc.a.b', undefined, { doc: { M: { a: { M: {} } } } }],
    ['REMOVE nowhere', undefined, {}],
    ['ADD n :v, fresh :v', one, { n: { N: '10' }, fresh: { N: '1' } }],
    ['ADD tags :v', { ':v': { SS: ['b', 'c'] } }, { tags: { SS: ['a', 'b', 'c'] } }],
    ['DELETE tags :v', { ':v': { SS: ['b', 'z'] } }, { tags: { SS: ['a'] } }],
    ['set n = :v remove words', one, { n: { N: '1' }, words: undefined }],
  ])('%s', (expression, values, expected) => {
    const wanted = Object.entries({ ...ITEM, ...expected }).filter(([, value]) => value !== undefined);
    expect(updated(expression, values)).toEqual(Object.fromEntries(wanted));
  });

  it('take a set away with its last member', () => {
    expect(updated('DELETE tags :v', { ':v': { SS: ['a', 'b'] } })).not.toHaveProperty('tags');
  });

  it('create the item that is not there, with nothing but its key when nothing is set', () => {
    const { call } = oneTable();
    call('UpdateItem', { Key: key('new') });
    expect(call('GetItem', { Key: key('new') }).Item).toEqual(key('new'));
  });

  it.each<[string, Record<string, object> | undefined, string]>([
    ['SET n = nowhere', undefined, 'refers to an attribute that does not exist in the item'],
    ['SET x.y = :v', one, 'document path provided in the update expression is invalid'],
    ['SET words.y = :v', one, 'document path provided in the update expression is invalid'],
    ['SET n = words + :v', one, 'incorrect data type'],
    ['SET n = n + :v', { ':v': { S: '1' } }, 'Incorrect operand type'],
    ['ADD words :v', one, 'incorrect data type'],
    ['ADD n :v', { ':v': { S: '1' } }, 'Incorrect operand type'],
    ['SET doc = :v, doc.a = :v', one, 'Two document paths overlap'],
    ['SET things[0] = :v, things.a = :v', one, 'Two document paths conflict'],
    ['SET n = :v SET words = :v', one, 'section can only be used once'],
    ['SET pk = :v', { ':v': { S: 'q' } }, 'Cannot update attribute pk. This attribute is part of the key'],
    ['SET dueAt = :v', { ':v': { S: 'soon' } }, 'Type mismatch for Index Key dueAt'],
    ['n = :v', one, 'Syntax error; token: "n"'],
    ['SET region = :v', one, 'reserved keyword: region'],
  ])('refuse %s', (expression, values, message) => {
    expect(() => updated(expression, values)).toThrowError(
      expect.objectContaining({ name: 'ValidationException', message: expect.stringContaining(message) }),
    );
  });
});

describe('numbers', () => {
  const whole = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });

  it('add exactly beyond what floating point holds', () => {
    fc.assert(
      fc.property(whole, whole, fc.integer({ min: -20, max: 20 }), (a, b, exponent) => {
        const [x, y] = [`${a}E${exponent}`, `${b}E${exponent}`].map((text) => spelled(text));
        expect(spelled(add(x!, y!, 1))).toBe(spelled(`${a + b}E${exponent}`));
        expect(spelled(add(x!, y!, -1))).toBe(spelled(`${a - b}E${exponent}`));
      }),
    );
  });

  it('compare by value, whatever their spelling', () => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const order = Math.sign(compareNumbers(spelled(`${a}E-9`), spelled(`${b}00E-11`)));
        expect(order).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it.each([
    ['007', '7'],
    ['-0.0', '0'],
    ['1.50', '1.5'],
    ['1e3', '1000'],
    ['.5', '0.5'],
    ['12E-3', '0.012'],
  ])('%s is given back as %s', (given, back) => {
    expect(spelled(given)).toBe(back);
  });
});

function spelled(text: string): string {
  const read = canonical(text);
  if ('wrong' in read) throw new Error(read.wrong);
  return read.text;
}
