import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { days, earlier, hours, type Instant, iso, later, minutes } from '../../core/time/instant.ts';
import { Faults } from '../../embedded/faults/faults.ts';
import { vaultName } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { writeOddFiles } from '../support/odd-files.ts';
import { Blueprint, START } from '../support/world-of.ts';
import { Announced } from './checkers/announced.ts';
import { BinKeepsItsTime } from './checkers/bin-keeps-its-time.ts';
import { CapturesTakeTurns } from './checkers/captures-take-turns.ts';
import { copiesBegun } from './checkers/copies-begun.ts';
import { capturesOverdue } from './checkers/nothing-stuck.ts';
import { ProvenIsWhole } from './checkers/proven-is-whole.ts';
import { RecordWatch, type Written } from './checkers/record-watch.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';

/* Checkers that look at the moment at which something is written: each is shown one that is right and one that is not. */

const SEED = 12;
const seed = `seed ${SEED}`;

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

/** Written by a test instead of a writer. */
class Told extends RecordWatch {
  readonly #all: ((written: Written) => void)[] = [];

  override onWritten(listener: (written: Written) => void): void {
    super.onWritten(listener);
    this.#all.push(listener);
  }

  write(kind: Written['kind'], region: string, at: Instant, item: Readonly<Record<string, unknown>>): void {
    const record = `${item['cluster']} ${kind}#${region}#${item['id']}`;
    for (const listener of this.#all)
      listener({ kind, record, item: { cluster: 'documents', ...item } as Written['item'], region, at });
  }
}

let blueprint: Blueprint;
let stage: Stage;
let told: Told;
let announced: Announced;
const faults = new Faults({ seed: SEED, only: [] });
const run = () => ({ stage, faults, began: START });
const watching = { whole: new RecordWatch() };
const whole = new ProvenIsWhole(watching.whole);

beforeAll(async () => {
  blueprint = await Blueprint.of(FILES);
  stage = blueprint.stage(SEED, watching.whole);
  watching.whole.begin(run());
  whole.begin(run());
  const files = stage.files.get('documents')!;
  writeOddFiles(files, stage.cloud.world.random('test.files'), 5);
  files.scheduleDay(1);
  await stage.run(days(1));
  await stage.run(hours(1));
  told = new Told();
  announced = new Announced();
});
afterAll(() => blueprint?.close());

const copies = () =>
  catalogOf(stage, AWAY)
    .copies.filter(({ region, state }) => region === AWAY && state === 'proven')
    .sort((a, b) => b.takenAt! - a.takenAt!);

describe('proven-is-whole', () => {
  it('has looked at every item in both regions, and finds nothing in a day without faults', () => {
    expect(whole.looks, seed).toBeGreaterThan(2 * copies().length);
    expect(whole.judge(), seed).toEqual([]);
  });

  it('sees a copy that is called proven although an item is altered, or not there', () => {
    const { s3, account } = stage.cloud;
    const bucket = vaultName(account, AWAY);
    const itemsOf = (id: string) =>
      [...s3.current(bucket, `documents/${id}/data/`)].filter(([, { body }]) => body.length > 0);
    const { id } = copies().find((copy) => itemsOf(copy.id).length > 1)!;
    const [altered = '', gone = ''] = itemsOf(id).map(([key]) => key);
    const own = new ProvenIsWhole(told);
    own.begin(run());
    told.write('copy', AWAY, stage.now, { id, region: AWAY, state: 'proven' });
    expect(own.judge(), seed).toEqual([]);
    s3.corrupt(bucket, altered);
    const call = { account, region: AWAY, principal: 'root', now: stage.now };
    s3.call('DeleteObject', { Bucket: bucket, Key: gone }, call);
    told.write('copy', AWAY, stage.now, { id, region: AWAY, state: 'copied' });
    told.write('copy', AWAY, stage.now, { id, region: AWAY, state: 'proven' });
    const found = own.judge().join('\n');
    expect(found).toContain(`${id} became proven in ${AWAY}`);
    expect(found).toMatch(/has crc64nvme:\S+ and is named with crc64nvme:/);
    expect(found).toContain(`${gone} is not there`);
  });
});

describe('captures-take-turns', () => {
  it('sees one that was sealed between another’s comparison and its seal, and nothing where they take turns', () => {
    const turns = new CapturesTakeTurns(told);
    turns.begin(run());
    const at = (minute: number) => later(START, minutes(minute));
    const write = (minute: number, item: Readonly<Record<string, unknown>>) =>
      told.write('point', HOME, at(minute), item);
    write(0, { id: 'a', state: 'capturing' });
    write(1, { id: 'a', state: 'sealed' });
    write(2, { id: 'b', state: 'capturing' });
    write(3, { id: 'b', state: 'capturing', base: 'a' });
    write(4, { id: 'c', state: 'capturing', base: 'a' });
    write(5, { id: 'b', state: 'sealed', base: 'a' });
    write(6, { id: 'b', state: 'sealed', base: 'a' });
    expect(turns.judge()).toEqual([]);
    write(7, { id: 'c', state: 'sealed', base: 'a' });
    expect(turns.judge()).toEqual([
      `c was compared with a at ${iso(at(4))} and sealed at ${iso(at(7))}, and b was sealed in between at ${iso(at(5))}`,
    ]);
  });
});

describe('bin-keeps-its-time', () => {
  it('sees what left the bin before its time, and what had no time', () => {
    const bin = new BinKeepsItsTime(told, announced);
    bin.begin(run());
    const of = { region: HOME, state: 'discarded' };
    told.write('copy', HOME, stage.now, { ...of, id: 'a', discardAfter: iso(stage.now) });
    expect(bin.judge(run())).toEqual([]);
    told.write('copy', HOME, stage.now, { ...of, id: 'b', discardAfter: iso(later(stage.now, hours(1))) });
    told.write('copy', HOME, stage.now, { ...of, id: 'c' });
    expect(bin.judge(run())).toEqual([
      expect.stringMatching(/^b was discarded .*, and its grace lasts until/),
      expect.stringMatching(/^c was discarded .* nobody had said when its grace would end/),
    ]);
  });

  it('sees what goes into the bin for less than its grace', () => {
    const bin = new BinKeepsItsTime(told, announced);
    bin.begin(run());
    const write = (id: string, until: Instant) =>
      told.write('point', HOME, stage.now, { id, state: 'expiring', discardAfter: iso(until) });
    write('a', later(stage.now, days(1)));
    expect(bin.judge(run())).toEqual([]);
    write('b', later(stage.now, hours(1)));
    expect(bin.judge(run())).toEqual([expect.stringMatching(/^b went into the bin .* its grace is 24 h$/)]);
  });

  it('sees what stays there long after its grace, unless it is held or somebody was told', async () => {
    const bin = new BinKeepsItsTime(told, announced);
    bin.begin(run());
    const { id } = copies().at(-2)!;
    const change = {
      reason: { name: 'NoReasonToKeep', message: 'a test says so' },
      discardAfter: earlier(stage.now, hours(7)),
    };
    const home = stage.catalog(HOME);
    await stage.until(home.advance(id, 'expiring', change));
    await stage.until(home.advanceCopy(id, HOME, 'expiring', change));
    expect(bin.judge(run()), seed).toEqual([expect.stringContaining(`${id} is in the bin of ${HOME}`)]);
    const hold = { name: 'audit', cluster: 'documents', recoveryPoint: id, placedAt: stage.now, why: 'tax' };
    await stage.until(home.placeHold(hold));
    expect(bin.judge(run()), seed).toEqual([]);
    await stage.until(home.liftHold('documents', 'audit'));
    expect(bin.judge(run()), seed).toHaveLength(1);
    expect(bin.judge({ ...run(), lifted: [{ ...hold, at: stage.now }] }), seed).toEqual([]);
    const event = { name: 'ExpiryRefused', recoveryPoint: id } as Announced['heard'][number]['event'];
    announced.heard.push({ at: stage.now, bus: HOME, event });
    expect(bin.judge(run()), seed).toEqual([]);
  });
});

describe('copies-begun', () => {
  it('sees a backup that ended well and began no copy', () => {
    expect(copiesBegun(stage), seed).toEqual([]);
    const { states, account, dynamodb, world } = stage.cloud;
    const list = (arn: string) => (arn.endsWith('-copy') ? states.list(arn).slice(1) : states.list(arn));
    const { installation, deployed, now } = stage;
    const without = {
      ...{ installation, deployed, now },
      cloud: { account, dynamodb, world, states: { list } },
    } as unknown as Stage;
    expect(copiesBegun(without), seed).toEqual([
      expect.stringMatching(
        /^the backup of documents-fourhourly-\S+ ended well at .*no copy to eu-central-1/,
      ),
    ]);
  });
});

describe('captures that are overdue', () => {
  it('are seen once their deadline is long over, and those that have a day for it are not', async () => {
    expect(capturesOverdue(stage), seed).toEqual([]);
    const home = stage.catalog(HOME);
    const [{ id } = copies()[0]!] = copies();
    const point = (await stage.until(home.point(id)))!;
    const openedAt = earlier(stage.now, hours(8));
    const open = (rule: string) =>
      stage.until(
        home.open({
          ...point,
          id: `documents-${rule}-20260318t180000z` as typeof id,
          rule,
          openedAt,
          state: 'capturing',
        }),
      );
    await open('manual');
    expect(capturesOverdue(stage), seed).toEqual([]);
    await open('fourhourly');
    expect(capturesOverdue(stage), seed).toEqual([
      `documents-fourhourly-20260318t180000z is capturing since ${iso(openedAt)} and had 1 h for it`,
    ]);
  });
});
