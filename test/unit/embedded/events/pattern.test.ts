import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern } from '../../../../embedded/events/pattern.ts';
import { NotModelled } from '../../../../embedded/service.ts';

const event = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:a', 'arn:b'],
  detail: {
    bucket: { name: 'vault' },
    object: { key: 'orders/1.gz', size: 10 },
    'version-id': 'v1',
    tags: null,
  },
};

test.each([
  [{ source: ['aws.s3', 'aws.rds'] }, true],
  [{ source: ['aws.rds'] }, false],
  [{ 'detail-type': ['Object Created'], detail: { bucket: { name: ['vault'] } } }, true],
  [{ detail: { 'version-id': ['v1'] } }, true],
  [{ detail: { tags: [null] } }, true],
  [{ resources: ['arn:b'] }, true],
  [{ detail: { object: { key: [{ prefix: 'orders/' }] } } }, true],
  [{ detail: { object: { key: [{ suffix: '.gz' }] } } }, true],
  [{ detail: { object: { key: [{ suffix: '.zip' }, { prefix: 'x' }] } } }, false],
  [{ detail: { object: { key: [{ wildcard: 'o*/*.gz' }] } } }, true],
  [{ detail: { bucket: { name: [{ 'equals-ignore-case': 'VAULT' }] } } }, true],
  [{ detail: { bucket: { name: [{ 'anything-but': 'other' }] } } }, true],
  [{ detail: { bucket: { name: [{ 'anything-but': ['vault', 'x'] }] } } }, false],
  [{ detail: { bucket: { name: [{ 'anything-but': { prefix: 'va' } }] } } }, false],
  [{ detail: { missing: [{ 'anything-but': 'x' }] } }, false],
  [{ detail: { missing: [{ exists: false }] } }, true],
  [{ detail: { missing: { deeper: [{ exists: false }] } } }, true],
  [{ detail: { object: { size: [{ exists: true }] } } }, true],
  [{ detail: { object: { size: [{ numeric: ['>', 0, '<=', 10] }] } } }, true],
  [{ detail: { object: { size: [{ numeric: ['<', 10] }] } } }, false],
  [{ detail: { object: { size: ['10'] } } }, false],
  [{ $or: [{ source: ['x'] }, { detail: { bucket: { name: ['vault'] } } }] }, true],
])('the pattern %j matches: %s', (pattern, expected) => {
  expect(compilePattern(pattern)(event)).toBe(expected);
});

test('a pattern that is none is refused, an operator that is not modelled says so', () => {
  const refused = expect.objectContaining({ name: 'InvalidEventPatternException' });
  for (const pattern of [{}, { source: 'aws.s3' }, { source: [['a']] }, { n: [{ numeric: ['>'] }] }])
    expect(() => compilePattern(pattern)).toThrow(refused);
  expect(() => compilePattern({ ip: [{ cidr: '10.0.0.0/8' }] })).toThrow(NotModelled);
});

test('a pattern made of the values of an event matches it', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const flat = fc.dictionary(fc.stringMatching(/^[a-z-]{1,8}$/), value, { minKeys: 1 });
  fc.assert(
    fc.property(flat, flat, (detail, other) => {
      const exact = Object.fromEntries(Object.entries(detail).map(([key, one]) => [key, [one]]));
      expect(compilePattern({ detail: exact })({ detail: { ...other, ...detail } })).toBe(true);
    }),
  );
});
