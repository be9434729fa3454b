import { Buffer } from 'node:buffer';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import { hours, minutes } from '../../core/time/instant.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { TASKS } from '../../workflows/contracts/tasks.ts';
import { installationFor } from '../simulation/bad-days.ts';
import { AWAY, HOME } from '../simulation/installations.ts';
import { Blueprint } from '../support/world-of.ts';
import { Recorder, type Recording } from './recorder.ts';

/**
 * What executions of each machine went through when they were recorded. Two things must stay true of them:
 * the same scenario takes the same way today; and every task of today reads what the tasks and machines of then wrote,
 * because an execution that runs while a new release is deployed goes on with the functions of the new one.
 *
 * `UPDATE_GOLDEN=1 npx vitest run test/golden/executions.test.ts` writes the files anew. Do so for a way that is meant
 * to change; when only the data changed, keep the old file under another name until no execution of the old release
 * can run any more (the longest machine gives up after three days), so that it is still read.
 */
const FOLDER = new URL('./executions/', import.meta.url);
const UPDATE = process.env['UPDATE_GOLDEN'] !== undefined;

const recorder = new Recorder();
let blueprint: Blueprint;
let stage: Stage;
beforeAll(async () => {
  blueprint = await Blueprint.of(installationFor('documents', 'suspended'));
  stage = blueprint.deploy({ seed: 3, load: recorder.load });
  for (const files of stage.files.values())
    for (const key of ['a.txt', 'b.txt']) files.write(key, Buffer.from(`content of ${key}`));
  await stage.run(minutes(5));
});
afterAll(() => blueprint?.close());

const execute = async (region: string, machine: 'backup' | 'copy' | 'expire' | 'restore', input: object) => {
  recorder.reset();
  const execution = await stage.execute(region, machine, input);
  return recorder.recordingOf(stage, execution);
};
const backup = (cluster: string, more: object = {}) => execute(HOME, 'backup', { cluster, ...more });
const newest = (machine: string): Execution =>
  stage.cloud.states
    .list(`arn:aws:states:${HOME}:${stage.cloud.account}:stateMachine:holdfast-${machine}`)
    .at(-1)!;

/** In their order: each finds the world as the one before has left it. */
const SCENARIOS: readonly (readonly [name: string, play: () => Promise<Recording>])[] = [
  ['backup-with-shards', () => backup('documents', { keepDays: 1 })],
  [
    'copy-with-shards',
    async () => {
      // The copy that the backup before has started.
      const execution = newest('copy');
      recorder.reset();
      await stage.until(execution.ended);
      await stage.run(minutes(5));
      return recorder.recordingOf(stage, execution);
    },
  ],
  ['backup-unchanged', () => backup('documents')],
  [
    'copy-already-there',
    async () => {
      await stage.run(minutes(10));
      const { input } = newest('copy');
      return execute(HOME, 'copy', JSON.parse(input) as object);
    },
  ],
  [
    'copy-failed',
    async () => {
      const { s3 } = stage.cloud;
      stage.files.get('documents')!.write('a.txt', Buffer.from('changed'));
      s3.tamperCopy = ({ to }) => (to.bucket.endsWith(AWAY) ? Buffer.from('forged') : undefined);
      await stage.run(minutes(1));
      await backup('documents');
      const execution = newest('copy');
      recorder.reset();
      await stage.until(execution.ended);
      s3.tamperCopy = undefined;
      return recorder.recordingOf(stage, execution);
    },
  ],
  ['backup-of-a-database', () => backup('orders')],
  [
    'backup-failed',
    async () => {
      const call = { account: stage.cloud.account, region: HOME, principal: 'root', now: stage.now };
      const VersioningConfiguration = { Status: 'Suspended' };
      stage.cloud.s3.call('PutBucketVersioning', { Bucket: 'acme-suspended', VersioningConfiguration }, call);
      return backup('suspended');
    },
  ],
  ['restore', () => execute(AWAY, 'restore', { cluster: 'documents', to: 'latest' })],
  [
    'restore-of-a-database-to-an-instant',
    () => execute(HOME, 'restore', { cluster: 'orders', to: 'latest' }),
  ],
  ['restore-refused', () => execute(AWAY, 'restore', { cluster: 'documents', to: '2020-01-01T00:00:00Z' })],
  ['expire-nothing', () => execute(HOME, 'expire', {})],
  [
    'expire-into-the-bin',
    async () => {
      // A manual point is kept for its day; the runs by the clock are in the way of ours, so ours comes first.
      const before = stage.cloud.states.list(newest('expire').machine.arn).length;
      await stage.run(hours(22));
      return untilAnExpiry(before, 'Request');
    },
  ],
  ['expire-out-of-the-bin', async () => untilAnExpiry(0, 'Discard', 'RecoveryPointDiscarded')],
];

/** Goes on, expiry run by expiry run, until one has entered a state (and announced something). */
async function untilAnExpiry(from: number, state: string, announced?: string): Promise<Recording> {
  let heard = announced === undefined;
  stage.cloud.events.watch((event) => {
    if (event['detail-type'] === announced && event.region === HOME) heard = true;
  });
  const { arn } = newest('expire').machine;
  for (
    let seen = Math.max(from, stage.cloud.states.list(arn).length);
    ;
    seen = stage.cloud.states.list(arn).length
  ) {
    recorder.reset();
    await stage.cloud.world.runWhile(() => stage.cloud.states.list(arn).length === seen);
    const execution = newest('expire');
    recorder.reset();
    await stage.until(execution.ended);
    if (heard && execution.history.some((event) => event.state === state))
      return recorder.recordingOf(stage, execution);
    if (seen > 200) throw new Error(`no expiry run entered ${state}`);
  }
}

describe('the same scenario takes the same way', () => {
  it.each(SCENARIOS)('%s', async (name, play) => {
    const recording = await play();
    const file = new URL(`${name}.json`, FOLDER);
    if (UPDATE) {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(file, `${JSON.stringify(recording, undefined, 2)}\n`);
    }
    const { calls: _then, ...way } = JSON.parse(readFileSync(file, 'utf8')) as Recording;
    const { calls: _now, ...today } = recording;
    expect(today).toEqual(way);
  });
});

describe('the tasks of today read what was written then', () => {
  const recorded = readdirSync(FOLDER).map(
    (file) => [file, JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Recording] as const,
  );

  it.each(recorded)('%s', (file, { calls }) => {
    expect(calls.length).toBeGreaterThan(0);
    for (const { task, input, output } of calls) {
      const contract = TASKS.find(({ name }) => name === task);
      expect(contract, `${file}: ${task} is no task any more`).toBeDefined();
      expect(contract!.input.safeParse(input).error, `${file}: the input of ${task}`).toBeUndefined();
      if (output !== undefined)
        expect(contract!.output.safeParse(output).error, `${file}: the output of ${task}`).toBeUndefined();
    }
  });

  it('every machine has recordings of its success and of its failure or refusal', () => {
    const ends = recorded.map(([, { machine, status }]) => `${machine} ${status}`);
    for (const machine of ['backup', 'copy', 'expire', 'restore'])
      expect(ends).toContain(`holdfast-${machine} SUCCEEDED`);
    for (const machine of ['backup', 'copy', 'restore']) expect(ends).toContain(`holdfast-${machine} FAILED`);
  });
});
