import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { days, earlier, hours } from '../../core/time/instant.ts';
import { Faults } from '../../embedded/faults/faults.ts';
import type { Attempt } from '../../embedded/sdk/transport.ts';
import { CATALOG_TABLE } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { Blueprint, START } from '../support/world-of.ts';
import { Announced } from './checkers/announced.ts';
import { FloorAndHolds } from './checkers/floor-and-holds.ts';
import { LifeCycleWatch } from './checkers/life-cycle-kept.ts';
import { OneCapturePerTrigger } from './checkers/one-capture-per-trigger.ts';
import { SetsBegun } from './checkers/sets-begun.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';

const SEED = 5;
const seed = `seed ${SEED}`;

/** Files alone, several times a day: points come fast. */
const FILES: HoldfastInput = {
  ...FLEETING,
  plans: {
    files: {
      ...FLEETING.plans['files']!,
      rules: [{ name: 'fourhourly', cron: '30 0/4 * * ? *', deadline: '1h' }],
      retention: { keepLast: 8, minimumKeep: 2 },
    },
  },
  clusters: { documents: FLEETING.clusters['documents']! },
};

let blueprint: Blueprint;
let stage: Stage;
const faults = new Faults({ seed: SEED, only: [] });
const lives = new LifeCycleWatch();
const announced = new Announced();
const floor = new FloorAndHolds(lives);
const once = new OneCapturePerTrigger(lives, announced);

const run = () => ({ stage, faults, began: START });
const sealed = (): string[] =>
  catalogOf(stage, HOME)
    .points.filter(({ state }) => state === 'sealed')
    .sort((a, b) => b.scheduledAt - a.scheduledAt)
    .map(({ id }) => id);
const binned = { reason: { name: 'NoReasonToKeep', message: 'a test says so' } };

beforeAll(async () => {
  blueprint = await Blueprint.of(FILES);
  stage = blueprint.stage(SEED, lives, once.watch);
  for (const checker of [lives, floor, once]) checker.begin(run());
  stage.files.get('documents')!.scheduleDay(1);
  await stage.run(days(1));
  await stage.run(hours(1));
});
afterAll(() => blueprint?.close());

describe('each checker of a run', () => {
  it('finds nothing in a day without faults, and has looked', async () => {
    expect(sealed().length, seed).toBeGreaterThan(4);
    expect(lives.moves.get('point: verified → sealed'), seed).toBeGreaterThan(4);
    expect(once.watch.seen.shards, seed).toBeGreaterThan(1);
    expect([lives.judge(), floor.judge(run()), once.judge(run())], seed).toEqual([[], [], []]);
  });
});

describe('one-capture-per-trigger', () => {
  it('misses the point of each run that left neither a point nor a word', () => {
    const other = new OneCapturePerTrigger(new LifeCycleWatch(), new Announced());
    other.begin({ stage, began: earlier(START, days(1)) });
    const found = other.judge({ stage });
    expect(found).toHaveLength(6);
    expect(found[0]).toContain('nothing came of the run of fourhourly at 2026-03-17T03:30:00Z');
  });

  it('sees a point that no rule asked for, and two of one execution', async () => {
    const [newest = ''] = sealed();
    const point = (await stage.until(stage.catalog(HOME).point(newest)))!;
    const beside = earlier(point.scheduledAt, hours(1));
    await stage.until(
      stage.catalog(HOME).open({
        ...point,
        id: newest.replace(/\d{8}t\d{6}z$/, '20260318t180000z'),
        scheduledAt: beside,
        state: 'capturing',
      }),
    );
    const found = once.judge(run());
    expect(found).toEqual([
      expect.stringContaining('was opened, and no rule has a run at'),
      expect.stringMatching(/^arn:.* opened .* and /),
    ]);
  });

  const of = (service: Attempt['service'], operation: string, input: object, owner: string): Attempt => ({
    service,
    operation,
    input,
    owner,
    attempt: 1,
    call: { account: '1', region: HOME, principal: 'role', now: START },
  });

  it('sees a second snapshot for a point, and one that is begun again after it was removed', () => {
    const begun = new SetsBegun();
    const create = (name: string) =>
      begun.after(
        of(
          'rds',
          'CreateDBClusterSnapshot',
          {
            DBClusterSnapshotIdentifier: name,
            Tags: [{ Key: 'holdfast:recovery-point', Value: 'orders-daily-20260318t044500z' }],
          },
          'holdfast-capture-recovery-point',
        ),
      );
    create('one');
    expect(begun.violations).toEqual([]);
    create('two');
    expect(begun.violations).toEqual([expect.stringContaining('under 2 names: one, two')]);
    begun.after(
      of('rds', 'DeleteDBClusterSnapshot', { DBClusterSnapshotIdentifier: 'three' }, 'holdfast-discard'),
    );
    create('three');
    expect(begun.violations.at(-1)).toContain('three was begun again after it had been removed');
  });

  it('sees items that are captured anew, and those of a point that is sealed', () => {
    const begun = new SetsBegun();
    const put = (Key: string, text: string, owner: string) =>
      begun.after(of('s3', 'PutObject', { Key, Body: Buffer.from(text) }, owner));
    const shard = 'documents/documents-daily-x/manifest/shard-00000.jsonl.gz';
    const plan = 'work/documents/documents-daily-x/plan-00000.jsonl.gz';
    put(plan, 'listed', 'holdfast-capture-recovery-point');
    put(plan, 'listed again', 'holdfast-capture-recovery-point');
    put(shard, 'captured', 'holdfast-capture-shard');
    put(shard, 'captured', 'holdfast-capture-shard');
    expect(begun.violations).toEqual([]);
    put(shard, 'captured otherwise', 'holdfast-capture-shard');
    put(plan, 'listed once more', 'holdfast-poll-capture');
    expect(begun.violations).toHaveLength(2);
    begun.know({
      kind: 'point',
      record: '',
      item: { id: 'documents-daily-x', state: 'sealed' },
      region: HOME,
      at: START,
    });
    put('documents/documents-daily-x/data/a.txt', 'a', 'holdfast-capture-shard');
    expect(begun.violations.at(-1)).toContain('documents-daily-x is sealed, and holdfast-capture-shard');
  });
});

describe('floor-and-holds', () => {
  it('sees at once that a held point goes into the bin, and lets it go when the hold is lifted', async () => {
    const home = stage.catalog(HOME);
    const [, , , held = '', free = ''] = sealed();
    await stage.until(
      home.placeHold({
        name: 'audit',
        cluster: 'documents',
        recoveryPoint: held,
        placedAt: stage.now,
        why: 'tax',
      }),
    );
    await stage.run(hours(1));
    await stage.until(home.advance(free, 'expiring', { ...binned, discardAfter: stage.now }));
    expect(floor.violations, seed).toEqual([]);
    await stage.until(home.advance(held, 'expiring', { ...binned, discardAfter: stage.now }));
    expect(floor.violations, seed).toEqual([expect.stringContaining('and audit has held it there since')]);
    floor.violations.length = 0;
    await stage.until(home.advance(held, 'sealed'));
    await stage.until(home.liftHold('documents', 'audit'));
    await stage.until(home.advance(held, 'expiring', { ...binned, discardAfter: stage.now }));
    expect(floor.violations, seed).toEqual([]);
  });

  it('sees at once that a copy leaves which belongs to the floor of its region', async () => {
    const [newest = ''] = sealed();
    const change = { ...binned, discardAfter: stage.now };
    await stage.until(stage.catalog(HOME).advanceCopy(newest, AWAY, 'expiring', change));
    expect(floor.violations, seed).toEqual([
      expect.stringContaining(`${newest} became expiring in ${AWAY} and belongs to the floor of 2`),
    ]);
  });
});

describe('life-cycle-kept', () => {
  const write = (operation: string, input: object): void => {
    const call = { account: stage.cloud.account, region: HOME, principal: 'root', now: stage.now };
    stage.cloud.dynamodb.call(operation, input, call);
    lives.after({ service: 'dynamodb', operation, input, call, owner: 'somebody', attempt: 1 });
  };
  const keyOf = (id: string) => ({
    pk: { S: 'cluster#documents' },
    sk: { S: `point#${id.split('-').at(-1)}#fourhourly` },
  });

  it('sees a state that goes backwards, and a record that vanishes', () => {
    const [id = ''] = sealed();
    const before = lives.violations.length;
    write('UpdateItem', {
      TableName: CATALOG_TABLE,
      Key: keyOf(id),
      UpdateExpression: 'SET #s = :s',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':s': { S: 'capturing' } },
    });
    write('DeleteItem', { TableName: CATALOG_TABLE, Key: keyOf(id) });
    expect(lives.violations.slice(before), seed).toEqual([
      expect.stringContaining('went from sealed to capturing'),
      expect.stringContaining('not even as gone'),
    ]);
  });
});
