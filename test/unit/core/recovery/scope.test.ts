import { describe, expect, it } from 'vitest';
import type { EngineName } from '../../../../core/plan/installation.ts';
import { chooseMode, chooseScope, type ScopeRequest } from '../../../../core/recovery/scope.ts';

const choose = (engine: EngineName, scope: ScopeRequest | undefined) =>
  chooseScope({ name: 'orders', engine }, scope);

describe('the part of a recovery point that is restored', () => {
  it('is all of it when the request names none', () => {
    expect(choose('tidb', undefined)).toBeUndefined();
    expect(choose('objects', undefined)).toBeUndefined();
  });

  it('is databases or tables where the engine can', () => {
    expect(choose('tidb', { databases: ['shop', 'crm'] })).toEqual({ databases: ['shop', 'crm'] });
    expect(choose('tidb', { tables: ['shop.orders'], databases: [] })).toEqual({ tables: ['shop.orders'] });
  });

  it.each(['objects', 'aurora', 'ebs'] as const)('is refused for %s, with what it can', (engine) => {
    expect(choose(engine, { databases: ['shop'] })).toMatchObject({
      name: 'UnsupportedByEngine',
      message: expect.stringContaining(`engine ${engine} restores by cluster; leave scope out`),
    });
  });

  it.each([{}, { databases: [] }, { databases: ['shop'], tables: ['crm.people'] }])(
    '%j names too little or too much',
    (scope) => {
      expect(choose('tidb', scope)).toMatchObject({ name: 'InvalidInput' });
    },
  );
});

describe('a part of a Doris or Milvus cluster', () => {
  it('is partitions or collections where the engine has them', () => {
    expect(choose('doris', { partitions: ['shop.orders.p1'] })).toEqual({ partitions: ['shop.orders.p1'] });
    expect(choose('milvus', { collections: ['default.docs'] })).toEqual({ collections: ['default.docs'] });
  });

  it.each([
    ['doris', { collections: ['default.docs'] }],
    ['milvus', { tables: ['shop.orders'] }],
    ['tidb', { partitions: ['shop.orders.p1'] }],
  ] as const)('is refused for %s when it is %j', (engine, scope) => {
    expect(choose(engine, scope)).toMatchObject({ name: 'UnsupportedByEngine' });
  });

  it('is one kind of thing, and the refusal shows those that the engine takes', () => {
    expect(choose('doris', { tables: ['shop.orders'], partitions: ['shop.orders.p1'] })).toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(/"databases".*"tables".*"partitions"(?!.*"collections")/),
    });
  });
});

describe('how a restore lands', () => {
  const land = (engine: EngineName, mode?: 'beside' | 'swap' | 'in-place') =>
    chooseMode({ name: 'orders', engine }, mode);

  it('is for Doris to be chosen, and for nobody else', () => {
    expect(land('doris', 'swap')).toBe('swap');
    expect(land('doris')).toBeUndefined();
    expect(land('aurora')).toBeUndefined();
    expect(land('aurora', 'in-place')).toMatchObject({
      name: 'UnsupportedByEngine',
      message: expect.stringContaining('has one way to land; leave mode out'),
    });
  });
});
