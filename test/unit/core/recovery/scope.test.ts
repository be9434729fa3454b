import { describe, expect, it } from 'vitest';
import type { EngineName } from '../../../../core/plan/installation.ts';
import { chooseScope, type ScopeRequest } from '../../../../core/recovery/scope.ts';

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
