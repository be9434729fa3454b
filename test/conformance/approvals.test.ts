import { describe, expect, it } from 'vitest';
import type { Approval } from '../../core/approvals/approval.ts';
import { hours, later, minutes } from '../../core/time/instant.ts';
import { MemoryApprovals } from '../support/memory-approvals.ts';
import { AWAY, catalogWorld } from './catalog-backends.ts';
import { at } from './catalog-records.ts';

const NINE = at('21T09:00:00');
const asked: Approval = {
  id: 'olap-restore-1x7k0qp-20261121t090000z',
  about: 'restore',
  sentence: 'what olap holds is written over',
  facts: { cluster: 'olap', loss: 900 },
  region: AWAY,
  askedAt: NINE,
  askedBy: 'ada',
  until: later(NINE, hours(1)),
  fourEyes: true,
  token: 'token-1',
  state: 'waiting',
};
const yes: Approval = {
  ...asked,
  state: 'approved',
  answeredAt: later(NINE, minutes(5)),
  answeredBy: 'grace',
  note: 'seen',
};

describe.each([
  ['DynamoDB behind the SDK', () => catalogWorld().approvals],
  ['memory', () => new MemoryApprovals()],
] as const)('questions in %s', (_name, make) => {
  it('wait until they are answered, the oldest first, and stay for the auditor', async () => {
    const approvals = make();
    const newer = { ...asked, id: 'shop-failover-20261121t100000z', askedAt: later(NINE, hours(1)) };
    await approvals.ask(newer);
    expect(await approvals.ask(asked)).toEqual(asked);
    expect(await approvals.waiting()).toEqual([asked, newer]);
    await approvals.answer(yes);
    expect(await approvals.waiting()).toEqual([newer]);
    expect(await approvals.approval(asked.id)).toEqual(yes);
    expect(await approvals.approval('another')).toBeUndefined();
  });

  it('that are asked again are the same ones, under the token of whoever waits now', async () => {
    const approvals = make();
    await approvals.ask(asked);
    const again = {
      ...asked,
      token: 'token-2',
      askedAt: later(NINE, minutes(1)),
      until: later(NINE, hours(2)),
    };
    const waits = { ...asked, token: 'token-2', until: again.until };
    expect(await approvals.ask(again)).toEqual(waits);
    expect(await approvals.approval(asked.id)).toEqual(waits);
    // An answer that was decided on under the old token has to look again.
    await expect(approvals.answer(yes)).rejects.toMatchObject({ name: 'ConcurrentUpdate' });
    expect(await approvals.waiting()).toHaveLength(1);
  });

  it('are answered once: who asks again finds the answer, and who answers again is too late', async () => {
    const approvals = make();
    await approvals.ask(asked);
    await approvals.answer(yes);
    expect(await approvals.ask({ ...asked, token: 'token-2' })).toEqual(yes);
    await expect(
      approvals.answer({ ...asked, state: 'refused', answeredBy: 'eve', answeredAt: NINE }),
    ).rejects.toMatchObject({ name: 'ConcurrentUpdate' });
    expect(await approvals.approval(asked.id)).toEqual(yes);
  });

  it('that nobody asked are not answered', async () => {
    await expect(make().answer(yes)).rejects.toMatchObject({ name: 'ConcurrentUpdate' });
  });
});
