import { expect, test } from 'vitest';
import { parseInstant } from '../../core/time/instant.ts';
import config from '../../holdfast.config.ts';
import { load } from '../../lib/config/load.ts';

const NOW = parseInstant('2026-11-20T12:00Z')!;

test('the example is loaded with the arithmetic of each cluster', () => {
  const loaded = load(config, NOW);
  expect(loaded).toMatchObject({ installation: { name: 'holdfast' } });
  expect('arithmetic' in loaded && loaded.arithmetic.filter((line) => line.includes('within'))).toHaveLength(
    4,
  );
});

test('mistakes end it under one name, before anything is worked out', () => {
  const loaded = load({ ...config, regions: { primary: 'here', recovery: [] } }, NOW);
  expect(loaded).toMatchObject({ refused: { name: 'InvalidConfiguration' } });
  expect('refused' in loaded && loaded.refused.message).toMatch(/regions\.primary.*\n.*regions\.recovery/);
});

test('objectives that cannot be met end it with the sums', () => {
  const gold = { ...config.plans['gold']!, objectives: { rpo: '10m', rto: '2h' } } as const;
  const loaded = load({ ...config, plans: { ...config.plans, gold } }, NOW);
  expect(loaded).toMatchObject({ refused: { name: 'ObjectivesNotMet' } });
  expect('refused' in loaded && loaded.refused.message).toMatch(/= 2 h 50 min, over rpo 10 min/);
});
