import { describe, expect, it } from 'vitest';
import {
  CLUSTER_NAME_MAX,
  copyName,
  looksLikeRecoveryPointId,
  RULE_NAME_MAX,
  recoveryPointId,
  restoreId,
  scheduledAtOf,
  snapshotName,
} from '../../../../core/ids/names.ts';
import { at } from '../retention/timeline.ts';

const three = at('2026-11-21T03:00:00Z');
const longest = recoveryPointId('c'.repeat(CLUSTER_NAME_MAX), 'r'.repeat(RULE_NAME_MAX), three);

describe("a recovery point's id", () => {
  it('follows from what was asked for, so that a second trigger finds the first attempt', () => {
    expect(recoveryPointId('orders', 'hourly', three)).toBe('orders-hourly-20261121t030000z');
    expect(recoveryPointId('orders', 'hourly', at('2026-11-21T04:00:00+01:00'))).toBe(
      'orders-hourly-20261121t030000z',
    );
  });

  it('carries the second at which it was due', () => {
    expect(scheduledAtOf('orders-hourly-20261121t030000z')).toBe(three);
    expect(scheduledAtOf('orders-hourly')).toBeUndefined();
  });

  it.each([
    'orders',
    'latest',
    '2026-11-21T03:00:00Z',
    'Orders-hourly-20261121t030000z',
    'orders/../x-20261121t030000z',
  ])('is not %j', (text) => expect(looksLikeRecoveryPointId(text)).toBe(false));

  it('fits the longest names of RDS snapshots and Step Functions executions', () => {
    expect(snapshotName(longest)).toHaveLength(63);
    expect(copyName(longest, 'ap-southeast-5').length).toBeLessThanOrEqual(80);
    expect(restoreId('c'.repeat(CLUSTER_NAME_MAX), three, 'x').length).toBeLessThanOrEqual(60);
  });

  it('tells two restores of a cluster apart that start in the same second', () => {
    const one = restoreId('orders', three, 'arn:…:execution:holdfast-restore:a');
    expect(one).toMatch(/^orders-restore-[0-9a-z]{7}-20261121t030000z$/);
    expect(restoreId('orders', three, 'arn:…:execution:holdfast-restore:b')).not.toBe(one);
  });
});
