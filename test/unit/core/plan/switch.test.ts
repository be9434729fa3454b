import { describe, expect, test } from 'vitest';
import type { HoldfastInput, SwitchInput } from '../../../../core/plan/input.ts';
import { validate } from '../../../../core/plan/validate.ts';
import { seconds } from '../../../../core/time/instant.ts';
import { installed } from './installed.ts';

const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';

const input = (
  switches: readonly SwitchInput[],
  more: object = {},
  of: Partial<HoldfastInput> = {},
): HoldfastInput => ({
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    all: {
      rules: [{ name: 'daily', cron: '0 3 * * ? *' }],
      retention: { daily: 7 },
      objectives: { rpo: '2d', rto: '8h' },
    },
  },
  clusters: {
    orders: {
      ...{ engine: 'objects', plan: 'all', bucket: 'orders-files', expectedSize: '1 GB' },
      restoreInto: { [of.regions?.recovery[0] ?? AWAY]: { bucket: 'orders-dr' } },
      switch: switches,
      ...more,
    } as HoldfastInput['clusters'][string],
  },
  groups: { shop: { layers: [['orders']] } },
  ...of,
});
const said = (...of: Parameters<typeof input>): string[] => {
  const answer = validate(input(...of));
  return Array.isArray(answer) ? answer.map(({ path, change }) => `${path}: ${change}`) : [];
};
const PARAMETER = { parameter: '/shop/orders/bucket' } as const;
const RECORD = { record: 'orders.shop.example', hostedZone: 'Z123' } as const;
const BOTH = { [HOME]: 'a.shop.example', [AWAY]: 'b.shop.example' };

describe('what is switched', () => {
  test('is read with its defaults, each kind by its first field', () => {
    const read = installed(
      input([PARAMETER, { secret: 'shop/orders', field: 'bucket' }, { ...RECORD, values: BOTH }]),
    );
    expect(read.clusters[0]?.switch).toEqual([
      PARAMETER,
      { secret: 'shop/orders', field: 'bucket' },
      { ...RECORD, ttl: seconds(60), values: BOTH },
    ]);
  });

  test.each<[string, unknown, string]>([
    ['of no kind', { queue: 'q' }, 'give { parameter'],
    ['with a misspelt field', { ...PARAMETER, value: {} }, 'not a setting of a switched parameter'],
    ['under a name that is AWS’s', { parameter: '/aws/orders' }, 'give the name of a String parameter'],
    ['by an ARN', { secret: 'arn:aws:secretsmanager:eu-west-1:1:secret:x' }, 'an ARN is of one region'],
    ['with a dot at its end', { ...RECORD, record: 'orders.shop.example.', values: BOTH }, 'without a dot'],
    ['in no zone', { record: RECORD.record, hostedZone: 'shop.example', values: BOTH }, 'hosted zone'],
  ])('%s is told in the words of its kind', (_, one, words) => {
    const all = said([one as SwitchInput]);
    expect(all.join('\n')).toContain(words);
    expect(all.join('\n')).toContain('clusters.orders.switch[0]');
  });

  test('belongs to a cluster of a group: no other changes sides', () => {
    expect(said([PARAMETER], {}, { groups: {} })).toEqual([expect.stringContaining('orders is in no group')]);
  });

  test('says what it is to be where a cluster has no address of its own', () => {
    expect(said([RECORD])).toEqual([
      expect.stringContaining(`say what it is to be in ${HOME}`),
      expect.stringContaining(`say what it is to be in ${AWAY}`),
    ]);
    expect(said([{ ...RECORD, values: BOTH }])).toEqual([]);
  });

  test('names no region that the cluster is never in', () => {
    expect(said([{ ...PARAMETER, values: { 'us-west-2': 'x' } }])).toEqual([
      expect.stringContaining(`its sides are ${HOME} and ${AWAY}`),
    ]);
  });

  test('is switched once', () => {
    expect(said([PARAMETER, PARAMETER])).toEqual([expect.stringContaining('switched for orders already')]);
  });

  test('is no record where us-east-1 is what would be lost', () => {
    const regions = { primary: 'us-east-1', recovery: [AWAY] };
    const values = { 'us-east-1': 'a.shop.example', [AWAY]: 'b.shop.example' };
    expect(said([{ ...RECORD, values }], {}, { regions })).toEqual([
      expect.stringContaining('Route 53 is changed in us-east-1'),
    ]);
  });
});

describe('approvals', () => {
  test('are four eyes within an hour, unless the configuration says otherwise', () => {
    expect(installed(input([])).approvals).toEqual({ inPlace: 'four-eyes', within: seconds(3_600) });
    const approvals = { inPlace: 'none', within: '5m' } as const;
    expect(installed(input([], {}, { approvals })).approvals).toEqual({
      inPlace: 'none',
      within: seconds(300),
    });
  });

  test('wait a day at most: the restore has to come to its end after them', () => {
    expect(said([], {}, { approvals: { within: '2d' } })).toEqual([
      expect.stringContaining('approvals.within'),
    ]);
  });
});
