import { expect, it } from 'vitest';
import type { HoldfastEvent } from '../../../core/catalog/events.ts';
import type { DrillRecord } from '../../../core/drills/drill.ts';
import { Throttled } from '../../../core/errors/registry.ts';
import { instant } from '../../../core/time/instant.ts';
import { sweep } from '../../../lambdas/drill/sweep-drills/sweep.ts';

const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const now = instant(Date.UTC(2026, 2, 18, 9));

/** It found the copy altered, and nothing of it is left. */
const drill: DrillRecord = {
  ...{ id: 'drill-documents-0000000-20260318t042000z', cluster: 'documents', region: AWAY },
  ...{ mode: 'ordinary', pick: 'latest', state: 'failed' },
  ...{ startedAt: instant(now - 3_600_000), deadline: instant(now + 3_600_000), tornDownAt: now },
  ...{ recoveryPoint: 'documents-daily-20260318t030000z' as DrillRecord['recoveryPoint'] & string },
  reason: { name: 'ChecksumMismatch', message: 'one file differs' },
};

/** The catalog of home, whose writes are cut off before they are answered, or not. */
function world(isCutOff: boolean) {
  const told: HoldfastEvent[] = [];
  let state = 'proven';
  const ports = {
    ...{ region: HOME, home: HOME },
    configuration: { read: async () => ({ installation: { clusters: [{ name: 'documents' }] } }) },
    drills: { drills: async () => [drill] },
    catalog: {
      copy: async () => ({ state, provenAt: instant(drill.startedAt - 1) }),
      advanceCopy: async () => {
        state = 'quarantined';
        if (isCutOff) throw new Throttled('the answer is lost');
      },
    },
    announcer: { announce: async (event: HoldfastEvent) => void told.push(event) },
  };
  return { ports: ports as never, told };
}

it('a copy that a drill found altered is set aside once, and told', async () => {
  const { ports, told } = world(false);
  expect(await sweep({}, ports, now)).toMatchObject({ setAside: 1 });
  expect(await sweep({}, ports, now)).toMatchObject({ setAside: 0 });
  expect(told.map(({ name, region }) => [name, region])).toEqual([['RecoveryPointQuarantined', AWAY]]);
});

it('a sweep that is cut off as it sets a copy aside has told it: no other one looks at it again', async () => {
  const { ports, told } = world(true);
  await expect(sweep({}, ports, now)).rejects.toThrow('the answer is lost');
  await sweep({}, ports, now);
  expect(told.map(({ name }) => name)).toEqual(['RecoveryPointQuarantined']);
});
