import { describe, expect, test } from 'vitest';
import {
  ATTEMPTS_MAX,
  type Followed,
  NOT_STARTED,
  type Standing,
} from '../../../../../adapters/engines/shared/errand.ts';
import { captureOf } from '../../../../../adapters/engines/tidb/endings.ts';
import type { TidbPorts } from '../../../../../adapters/engines/tidb/ports.ts';
import { type Errand, follow } from '../../../../../adapters/engines/tidb/task.ts';
import { ended, type Play, RUNNING, ScriptedContainers, UNKNOWN } from './scripted-containers.ts';

const ERRAND: Errand = {
  region: 'eu-west-1',
  family: 'holdfast-br-shop',
  reach: { pd: 'pd:2379', subnets: ['subnet-1'], securityGroups: ['sg-1'] },
  whose: 'shop-daily-20261121t030000z',
  step: 'backup',
  argv: ['/br', 'backup', 'full'],
  work: captureOf('br backup'),
  said: (lines) => lines.includes('summary'),
};
const DONE: Play = { lines: ['summary'] };
const KILLED: Play = { looks: [ended(137)] };

/** Follows an errand to its end; `seconds` are the waits in between. */
async function toTheEnd(containers: ScriptedContainers, errand: Errand = ERRAND) {
  const ports = { containers } as unknown as TidbPorts;
  const waits: number[] = [];
  let standing: Standing = NOT_STARTED;
  for (let lap = 0; lap < 100; lap++) {
    const followed: Followed = await follow(ports, errand, standing);
    if (followed.at !== 'running') return { followed, waits };
    waits.push(followed.pollAfterSeconds);
    standing = followed.standing;
  }
  throw new Error('it never ends');
}

describe('one run', () => {
  test('ends with what it printed', async () => {
    const { followed, waits } = await toTheEnd(
      new ScriptedContainers({ looks: [RUNNING, RUNNING, ended(0)], lines: ['a', 'summary'] }),
    );
    expect(followed).toEqual({ at: 'done', lines: ['a', 'summary'] });
    expect(waits).toEqual([20, 20, 30]);
  });

  test('is looked at every two minutes at most, however long it takes', async () => {
    const looks = [...Array.from({ length: 30 }, () => RUNNING), ended(0)];
    const { waits } = await toTheEnd(new ScriptedContainers({ looks, ...DONE }));
    expect(Math.max(...waits)).toBe(120);
  });

  test('runs in the network of the cluster, for its point, with its log on the terminal', async () => {
    const containers = new ScriptedContainers(DONE);
    await toTheEnd(containers);
    expect(containers.runs[0]!.order).toMatchObject({
      family: 'holdfast-br-shop',
      startedBy: 'shop-daily-20261121t030000z',
      command: ERRAND.argv,
      environment: { BR_LOG_TO_TERM: '1' },
      subnets: ['subnet-1'],
      securityGroups: ['sg-1'],
    });
    expect(containers.runs[0]!.order.token).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is found again when the answer of its start was lost', async () => {
    const containers = new ScriptedContainers({ ...DONE, answerLost: true });
    await expect(toTheEnd(containers)).rejects.toMatchObject({ name: 'ServiceUnavailable', retryable: true });
    expect((await toTheEnd(containers)).followed.at).toBe('done');
    expect(containers.runs).toHaveLength(1);
  });

  test('is another one for another step or another point', async () => {
    const containers = new ScriptedContainers(DONE, DONE, DONE);
    await toTheEnd(containers);
    await toTheEnd(containers, { ...ERRAND, step: 'backup-ts' });
    await toTheEnd(containers, { ...ERRAND, whose: 'shop-daily-20261122t030000z' });
    expect(containers.runs).toHaveLength(3);
  });
});

describe('a log that arrives late', () => {
  test('is waited for, whether the run ended well or not', async () => {
    const well = await toTheEnd(new ScriptedContainers({ ...DONE, lateBy: 3 }));
    expect(well.followed).toEqual({ at: 'done', lines: ['summary'] });
    const badly = new ScriptedContainers({
      looks: [ended(1)],
      lines: ['Error: AccessDenied'],
      lateBy: 3,
    });
    await expect(toTheEnd(badly)).rejects.toMatchObject({ name: 'PermissionMissing' });
  });

  test('is not waited for without end', async () => {
    const { followed, waits } = await toTheEnd(new ScriptedContainers({ lateBy: 1_000 }));
    expect(followed).toEqual({ at: 'done', lines: [] });
    expect(waits.filter((seconds) => seconds === 15)).toHaveLength(8);
  });
});

describe('a run that may be repeated', () => {
  test('starts again with the same words under another token, after a pause that grows', async () => {
    const containers = new ScriptedContainers(KILLED, KILLED, DONE);
    const { followed, waits } = await toTheEnd(containers);
    expect(followed.at).toBe('done');
    expect(containers.runs.map(({ order }) => order.command)).toEqual([
      ERRAND.argv,
      ERRAND.argv,
      ERRAND.argv,
    ]);
    expect(new Set(containers.runs.map(({ order }) => order.token)).size).toBe(3);
    expect(waits).toEqual([20, 60, 20, 120, 20]);
  });

  test('is given up after some attempts, with the last reason', async () => {
    const plays = Array.from(
      { length: ATTEMPTS_MAX },
      (): Play => ({
        looks: [ended(1)],
        lines: ['Error: [BR:PD:ErrPDLeaderNotFound] pd has no leader'],
      }),
    );
    const containers = new ScriptedContainers(...plays);
    await expect(toTheEnd(containers)).rejects.toMatchObject({
      name: 'CaptureFailed',
      message: expect.stringMatching(/ended 5 times without success.*pd has no leader/),
    });
    expect(containers.runs).toHaveLength(ATTEMPTS_MAX);
  });

  test.each([
    ['a capture', 'capture', ATTEMPTS_MAX],
    ['a restore', 'restore', 2],
  ] as const)('of %s that never reaches PD is given up by name', async (_, of, attempts) => {
    const away: Play = { looks: [ended(1)], lines: ['Error: [BR:PD:ErrPDUpdateFailed] pd is away'] };
    const containers = new ScriptedContainers(...Array.from({ length: ATTEMPTS_MAX }, () => away));
    const work = { ...ERRAND.work, of };
    await expect(toTheEnd(containers, { ...ERRAND, work })).rejects.toMatchObject({
      name: 'ClusterUnreachable',
      message: expect.stringMatching(/nothing answered as PD at pd:2379 .*pd is away.*2379/),
    });
    expect(containers.runs).toHaveLength(attempts);
  });

  test('of a restore reaches PD the second time', async () => {
    const away: Play = { looks: [ended(1)], lines: ['Error: [BR:PD:ErrPDUpdateFailed] pd is away'] };
    const work = { ...ERRAND.work, of: 'restore' } as const;
    const containers = new ScriptedContainers(away, KILLED, away, DONE);
    expect((await toTheEnd(containers, { ...ERRAND, work })).followed.at).toBe('done');
  });

  test('is not repeated when its work turns out to be done', async () => {
    const containers = new ScriptedContainers(KILLED);
    const { followed } = await toTheEnd(containers, { ...ERRAND, isDone: async () => true });
    expect(followed.at).toBe('done');
    const exists = new ScriptedContainers({
      looks: [ended(1)],
      lines: ['Error: backup meta file exists in s3://x'],
    });
    expect((await toTheEnd(exists, { ...ERRAND, isDone: async () => true })).followed.at).toBe('done');
  });

  test('is over all the same when what ended it cannot be mended, though there is something', async () => {
    const containers = new ScriptedContainers({ looks: [ended(1)], lines: ['Error: AccessDenied'] });
    await expect(toTheEnd(containers, { ...ERRAND, isDone: async () => true })).rejects.toMatchObject({
      name: 'PermissionMissing',
    });
  });
});

describe('a run that ECS does not show', () => {
  test('just after its start is waited for', async () => {
    const containers = new ScriptedContainers({ looks: [UNKNOWN, UNKNOWN, RUNNING, ended(0)], ...DONE });
    expect((await toTheEnd(containers)).followed.at).toBe('done');
    expect(containers.runs).toHaveLength(1);
  });

  test('any more is judged by what it left: its work, or what it printed', async () => {
    const isDone = async () => true;
    const work = await toTheEnd(new ScriptedContainers({ looks: [UNKNOWN] }), { ...ERRAND, isDone });
    expect(work.followed.at).toBe('done');
    const words = await toTheEnd(new ScriptedContainers({ looks: [UNKNOWN], ...DONE }));
    expect(words.followed).toEqual({ at: 'done', lines: ['summary'] });
  });

  test('any more and that left nothing starts again', async () => {
    const containers = new ScriptedContainers({ looks: [UNKNOWN] }, DONE);
    expect((await toTheEnd(containers)).followed.at).toBe('done');
    expect(containers.runs).toHaveLength(2);
  });

  test('counts anew once it has been seen', async () => {
    const looks = [UNKNOWN, UNKNOWN, RUNNING, UNKNOWN, UNKNOWN, RUNNING, ended(0)];
    const containers = new ScriptedContainers({ looks, ...DONE });
    const { followed } = await toTheEnd(containers, { ...ERRAND, isDone: async () => false });
    expect(followed.at).toBe('done');
    expect(containers.runs).toHaveLength(1);
  });
});
