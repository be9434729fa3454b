import { describe, expect, it } from 'vitest';
import type { DrillRecord } from '../../core/drills/drill.ts';
import { drillId } from '../../core/ids/names.ts';
import { hours, type Instant, later } from '../../core/time/instant.ts';
import { MemoryDrills } from '../support/memory-drills.ts';
import { AWAY, catalogWorld } from './catalog-backends.ts';
import { at } from './catalog-records.ts';

const NINE = at('21T09:00:00');
const drillAt = (startedAt: Instant, execution: string): DrillRecord => ({
  id: drillId('orders', startedAt, execution),
  cluster: 'orders',
  region: AWAY,
  mode: 'region-lost',
  pick: 'latest',
  state: 'drilling',
  startedAt,
  deadline: later(startedAt, hours(6)),
});
const first = drillAt(NINE, 'one');

describe.each([
  ['DynamoDB behind the SDK', () => catalogWorld().drills],
  ['memory', () => new MemoryDrills()],
] as const)('drills in %s', (_name, make) => {
  it('are opened once, and listed newest first, each with its own cluster', async () => {
    const drills = make();
    expect(await drills.openDrill(first)).toEqual(first);
    expect(await drills.openDrill({ ...first, target: 'elsewhere' })).toEqual(first);
    const second = drillAt(later(NINE, hours(1)), 'two');
    await drills.openDrill(second);
    expect(await drills.drills('orders')).toEqual([second, first]);
    expect(await drills.drills('other')).toEqual([]);
    expect(await drills.drill('other', first.id)).toBeUndefined();
  });

  it('stay as they ended, and learn afterwards that all of them is gone', async () => {
    const drills = make();
    await drills.openDrill(first);
    const failed: DrillRecord = {
      ...first,
      state: 'failed',
      endedAt: later(NINE, hours(1)),
      steps: [{ name: 'restore', seconds: 90 }],
      checks: [{ name: 'statistics', outcome: 'failed', detail: '6 items and not 7' }],
      reason: { name: 'DrillDiffers', message: '6 items and not 7' },
    };
    await drills.recordDrill(failed);
    await expect(drills.recordDrill({ ...first, state: 'passed' })).rejects.toMatchObject({
      name: 'ConcurrentUpdate',
    });
    const gone = { ...failed, tornDownAt: later(NINE, hours(2)) };
    await drills.recordDrill(gone);
    expect(await drills.drill('orders', first.id)).toEqual(gone);
  });

  it('that were not opened are not recorded', async () => {
    await expect(make().recordDrill(first)).rejects.toMatchObject({ name: 'ConcurrentUpdate' });
  });
});
