import { describe, expect, it } from 'vitest';
import { inMode, newStandby, type StandbyRecord } from '../../core/standby/record.ts';
import { later, minutes } from '../../core/time/instant.ts';
import { AWAY, BACKENDS, HOME } from './catalog-backends.ts';
import { at } from './catalog-records.ts';

const NINE = at('21T09:00:00.250');
const LATER = later(NINE, minutes(5));
const first: StandbyRecord = {
  ...newStandby('olap', AWAY, NINE),
  databases: {
    shop: { state: 'following', stateSince: NINE, lag: 0, reaches: NINE, seq: 41, movedAt: NINE },
    crm: {
      ...{ state: 'paused', stateSince: NINE, movedAt: NINE, head: { seq: 7, at: NINE } },
      trouble: { name: 'StandbyBroken', message: 'it was paused', since: NINE, toldAt: NINE },
    },
  },
};

describe.each(BACKENDS)('standbys in a catalog in %s', (_name, make) => {
  it('are found by cluster and region, as they were written', async () => {
    const catalog = make();
    expect(await catalog.standby('olap', AWAY)).toBeUndefined();
    await catalog.recordStandby(first, undefined);
    expect(await catalog.standby('olap', AWAY)).toEqual(first);
    expect(await catalog.standby('olap', HOME)).toBeUndefined();
    expect(await catalog.standby('other', AWAY)).toBeUndefined();
  });

  it('are written in place of what was read, and of nothing else', async () => {
    const catalog = make();
    await catalog.recordStandby(first, undefined);
    const promoting = inMode(first, 'promoting', LATER) as StandbyRecord;
    await catalog.recordStandby(promoting, first);
    for (const before of [undefined, first])
      await expect(catalog.recordStandby({ ...first, seenAt: LATER }, before)).rejects.toMatchObject({
        name: 'ConcurrentUpdate',
      });
    expect(await catalog.standby('olap', AWAY)).toEqual(promoting);
  });

  it('that are not there are not replaced', async () => {
    const catalog = make();
    await expect(catalog.recordStandby({ ...first, seenAt: LATER }, first)).rejects.toMatchObject({
      name: 'ConcurrentUpdate',
    });
    expect(await catalog.standby('olap', AWAY)).toBeUndefined();
  });
});
