import { describe, expect, test } from 'vitest';
import { drill } from '../../../cli/commands/drill.ts';
import { drills } from '../../../cli/commands/drills.ts';
import type { Ended, Starter } from '../../../cli/operator/starter-in.ts';
import type { DrillRecord } from '../../../core/drills/drill.ts';
import { drillId, recoveryPointId } from '../../../core/ids/names.ts';
import type { HoldfastInput } from '../../../core/plan/input.ts';
import { hours, later, minutes } from '../../../core/time/instant.ts';
import { HOME, INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';
import { configOf, shell, typed } from './typed.ts';

const NOON = time('2026-11-21T12:00:00Z');
const EXECUTION = 'arn:aws:states:eu-central-1:111122223333:execution:holdfast-drill:one';
const POINT = recoveryPointId('orders', 'hourly', NOON);

const RECORD: DrillRecord = {
  ...{ id: drillId('orders', NOON, EXECUTION), cluster: 'orders', region: RECOVERY },
  ...{ mode: 'region-lost', pick: 'random', state: 'drilling', by: 'ada' },
  ...{ startedAt: NOON, deadline: later(NOON, hours(6)), recoveryPoint: POINT, instant: NOON },
};

/** Its plan drills at home, so that whoever starts it elsewhere did not read the plan. */
function drilledAtHome(): HoldfastInput {
  const config = configOf(INSTALLATION);
  const { gold } = config.plans;
  return { ...config, plans: { gold: { ...gold!, drills: { cron: '30 1 ? * SAT *', in: HOME } } } };
}

function type(args: readonly string[], opened?: DrillRecord, ended?: Ended, config = configOf(INSTALLATION)) {
  const world = new TaskWorld();
  const started: unknown[] = [];
  const starterIn = (region: string): Starter => ({
    start: async (machine, input) => {
      started.push([region, machine, input]);
      return { execution: EXECUTION, startedAt: NOON };
    },
    ended: async () => ended,
    pause: async () => {
      if (opened) await world.drills.openDrill(opened);
    },
  });
  const around = {
    ...shell(config, () => world.catalog, NOON),
    records: () => world,
    starter: starterIn,
  };
  return { started, answer: typed(drill, args, around) };
}

describe('holdfast drill', () => {
  test('starts the machine where the plan drills, else where copies are, and says what is restored', async () => {
    const { started, answer } = type(
      ['orders', '--mode', 'region-lost', '--pick', 'random', '--by', 'ada'],
      RECORD,
    );
    const { code, said } = await answer;
    expect([code, started]).toEqual([
      0,
      [[RECOVERY, 'drill', { cluster: 'orders', mode: 'region-lost', pick: 'random', by: 'ada' }]],
    ]);
    expect(said).toContain(`restores ${POINT} in ${RECOVERY}, as if the primary were lost`);
    expect(said).toContain('nothing of it is left at 2026-11-21T18:00:00Z');
    const home = type(['orders'], { ...RECORD, region: HOME }, undefined, drilledAtHome());
    await home.answer;
    expect(home.started).toEqual([[HOME, 'drill', { cluster: 'orders' }]]);
  });

  test('says in its own words why nothing began', async () => {
    const cause = JSON.stringify({ errorMessage: 'this is eu-west-1, the primary' });
    const { answer } = type(['orders', '--region', HOME], undefined, {
      ...{ status: 'FAILED', error: 'InvalidInput', cause },
    });
    expect(await answer).toMatchObject({ code: 1, said: 'InvalidInput: this is eu-west-1, the primary' });
    const { recoveryPoint: _, ...empty } = RECORD;
    expect(await type(['orders'], empty).answer).toMatchObject({
      code: 1,
      said: expect.stringContaining('nothing to drill'),
    });
  });

  test('starts nothing of a cluster, a mode or a pick that it does not know', async () => {
    for (const [args, code, words] of [
      [['order'], 1, 'configured are orders, billing'],
      [['orders', '--mode', 'lost'], 2, '--mode takes ordinary or region-lost; received "lost"'],
      [['orders', '--pick', 'oldest'], 2, '--pick takes latest or random; received "oldest"'],
    ] as const) {
      const { started, answer } = type(args);
      expect(await answer).toMatchObject({ code, complained: expect.stringContaining(words) });
      expect(started).toEqual([]);
    }
  });
});

test('holdfast drills lists the newest first: what was restored, how long each part took, what is left, and why one failed', async () => {
  const world = new TaskWorld();
  const failed: DrillRecord = {
    ...{ ...RECORD, state: 'failed', receipt: 7, tornDownAt: later(NOON, hours(1)) },
    steps: [
      { name: 'restore', seconds: 1_260 },
      { name: 'tear-down', seconds: 60 },
    ],
    reason: { name: 'ChecksumMismatch', message: 'a.txt rotted' },
  };
  const younger: DrillRecord = {
    ...{ ...RECORD, id: drillId('orders', later(NOON, minutes(1)), 'two') },
    ...{ startedAt: later(NOON, minutes(1)), state: 'drilling' },
  };
  await world.drills.openDrill(failed);
  await world.drills.openDrill(younger);
  const around = { ...shell(configOf(INSTALLATION), () => world.catalog, NOON), records: () => world };
  const [header, first, second, ...more] = (await typed(drills, ['orders'], around)).said.split('\n');
  expect([header, more]).toEqual([expect.stringMatching(/^DRILL /), []]);
  expect(first).toMatch(/not yet +until 2026-11-21T18:00:00Z +none$/);
  expect(second).toMatch(
    /restore 21 min, tear-down 60 s +failed +nothing +7 +ChecksumMismatch: a\.txt rotted$/,
  );
  const json = JSON.parse((await typed(drills, ['--json'], around)).said) as { readonly id: string }[];
  expect(json.map(({ id }) => id)).toEqual([younger.id, failed.id]);
  expect(json[1]).toMatchObject({ startedAt: '2026-11-21T12:00:00Z', steps: failed.steps });
  expect(await typed(drills, ['billing'], around)).toMatchObject({
    said: 'no drill of billing is on record',
  });
});
