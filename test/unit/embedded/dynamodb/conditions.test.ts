import { describe, expect, it } from 'vitest';
import { key, oneTable } from './table-under-test.ts';

const ITEM = {
  ...key('p'),
  n: { N: '9' },
  words: { S: 'hello world' },
  bytes_: { B: new Uint8Array([1, 2, 3]) },
  tags: { SS: ['a', 'b'] },
  list_: { L: [{ S: 'x' }, { M: { deep: { N: '1' } } }] },
  doc: { M: { a: { M: { b: { S: 'c' } } } } },
};

/** Whether a write under this condition goes through. */
function passes(
  ConditionExpression: string,
  values: Record<string, object> = {},
  names: Record<string, string> = {},
): boolean {
  const { call } = oneTable();
  call('PutItem', { Item: ITEM });
  try {
    call('DeleteItem', {
      Key: key('p'),
      ConditionExpression,
      ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
      ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    });
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

const ten = { ':v': { N: '10' } };
const str = (S: string) => ({ ':v': { S } });

describe('conditions', () => {
  it.each<[string, Record<string, object>, boolean]>([
    ['n < :v', ten, true],
    ['n > :v', ten, false],
    ['n = :v', { ':v': { N: '9.0' } }, true],
    ['n < :v', str('a'), false],
    ['nowhere < :v', ten, false],
    ['nowhere <> :v', ten, true],
    ['nowhere = :v', ten, false],
    ['NOT nowhere = :v', ten, true],
    ['n BETWEEN :a AND :b', { ':a': { N: '1' }, ':b': { N: '9' } }, true],
    ['n IN (:a, :b)', { ':a': { N: '1' }, ':b': { N: '9' } }, true],
    ['n IN (:a)', { ':a': { S: '9' } }, false],
    ['attribute_exists(doc.a.b)', {}, true],
    ['attribute_exists(doc.a.x)', {}, false],
    ['attribute_not_exists(list_[2])', {}, true],
    ['list_[1].deep = :v', { ':v': { N: '1' } }, true],
    ['attribute_type(doc, :v)', str('M'), true],
    ['attribute_type(doc, :v)', str('L'), false],
    ['begins_with(words, :v)', str('hello'), true],
    ['begins_with(n, :v)', str('9'), false],
    ['contains(words, :v)', str('o w'), true],
    ['contains(tags, :v)', str('b'), true],
    ['contains(tags, :v)', str('c'), false],
    ['contains(list_, :v)', str('x'), true],
    ['size(words) = :v', { ':v': { N: '11' } }, true],
    ['size(tags) > size(list_)', {}, false],
    ['size(n) = :v', { ':v': { N: '1' } }, false],
    ['tags = :v', { ':v': { SS: ['b', 'a'] } }, true],
    ['bytes_ = :v', { ':v': { B: new Uint8Array([1, 2, 3]) } }, true],
  ])('%s with %j: %s', (expression, values, expected) => {
    expect(passes(expression, values)).toBe(expected);
  });

  it('AND binds closer than OR, NOT closer than AND, parentheses closest', () => {
    const [yes, no] = ['attribute_exists(n)', 'attribute_exists(nowhere)'];
    expect(passes(`${yes} OR ${no} AND ${no}`)).toBe(true);
    expect(passes(`(${yes} OR ${no}) AND ${no}`)).toBe(false);
    expect(passes(`NOT ${no} AND ${yes}`)).toBe(true);
    expect(passes(`NOT (${no} AND ${yes})`)).toBe(true);
    expect(passes(`not ${yes} or ${yes}`)).toBe(true);
  });

  it('strings compare by their UTF-8 bytes', () => {
    const { call } = oneTable();
    // U+FF5E is before U+1F600 in UTF-8 and after its surrogates in UTF-16.
    call('PutItem', { Item: { ...key('p'), a: { S: '～' } } });
    const condition = { ConditionExpression: 'a < :v', ExpressionAttributeValues: { ':v': { S: '😀' } } };
    expect(call('DeleteItem', { Key: key('p'), ...condition })).toEqual({});
  });

  it('a failed condition shows the item to whoever asked for it', () => {
    const { call } = oneTable();
    call('PutItem', { Item: ITEM });
    const put = (more: object) => () =>
      call('PutItem', { Item: key('p'), ConditionExpression: 'attribute_not_exists(pk)', ...more });
    expect(put({})).toThrowError(
      expect.objectContaining({ name: 'ConditionalCheckFailedException', members: {} }),
    );
    expect(put({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).toThrowError(
      expect.objectContaining({ members: { Item: ITEM } }),
    );
    expect(call('GetItem', { Key: key('p') }).Item).toEqual(ITEM);
  });
});

describe('a condition is refused', () => {
  it.each<[string, string, Record<string, object>, Record<string, string>, string]>([
    ['for a reserved word', 'state = :v', ten, {}, 'reserved keyword; reserved keyword: state'],
    ['for one in a nested path', 'doc.name = :v', ten, {}, 'reserved keyword: name'],
    ['for an undefined value', 'n = :w', {}, {}, 'attribute value used in expression is not defined'],
    [
      'for an undefined name',
      '#n = n',
      {},
      {},
      'used in the document path is not defined; attribute name: #n',
    ],
    [
      'for an unused value',
      'attribute_exists(n)',
      ten,
      {},
      'ExpressionAttributeValues unused in expressions: keys: {:v}',
    ],
    [
      'for an unused name',
      'n = :v',
      ten,
      { '#x': 'x' },
      'ExpressionAttributeNames unused in expressions: keys: {#x}',
    ],
    ['for a syntax error', 'n = = :v', ten, {}, 'Syntax error; token: "="'],
    ['for a missing end', '(n = :v', ten, {}, 'Syntax error; token: "<EOF>"'],
    ['for characters of no language', 'n = :v;', ten, {}, 'Syntax error; token: ";"'],
    ['for an unknown function', 'exists(n)', {}, {}, 'Invalid function name; function: exists'],
    ['for redundant parentheses', '((n = :v))', ten, {}, 'redundant parentheses'],
    ['for an order among booleans', 'n < :v', { ':v': { BOOL: true } }, {}, 'Incorrect operand type'],
    [
      'for bounds in the wrong order',
      'n BETWEEN :v AND :a',
      { ...ten, ':a': { N: '1' } },
      {},
      'upper bound to be greater',
    ],
    [
      'for bounds of two types',
      'n BETWEEN :v AND :a',
      { ...ten, ':a': { S: '1' } },
      {},
      'requires same data type',
    ],
    ['for a prefix that is a number', 'begins_with(words, :v)', ten, {}, 'Incorrect operand type'],
    ['for an unknown type name', 'attribute_type(n, :v)', str('T'), {}, 'Incorrect operand type'],
    ['when it is empty', ' ', {}, {}, 'The expression can not be empty'],
  ])('%s', (_why, expression, values, names, message) => {
    expect(() => passes(expression, values, names)).toThrowError(
      expect.objectContaining({ name: 'ValidationException', message: expect.stringContaining(message) }),
    );
  });

  it('when values come without an expression', () => {
    expect(() => oneTable().call('PutItem', { Item: key('p'), ExpressionAttributeValues: ten })).toThrow(
      'ExpressionAttributeValues can only be specified when using expressions',
    );
  });
});
