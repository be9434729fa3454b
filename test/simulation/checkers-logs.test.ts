import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import { type LogChain, logPrefix } from '../../core/log/chain.ts';
import {
  days,
  earlier,
  hours,
  type Instant,
  iso,
  later,
  milliseconds,
  minutes,
} from '../../core/time/instant.ts';
import { LOG_META_FOLDER, printWithTso } from '../../embedded/tidb/log-files.ts';
import { tsoOf } from '../../embedded/tidb/tso.ts';
import { vaultName } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { Blueprint } from '../support/world-of.ts';
import { LifeCycleWatch } from './checkers/life-cycle-kept.ts';
import { chainsIn, claimedWindows } from './checkers/log-claims.ts';
import { LogsAreKept } from './checkers/logs-are-kept.ts';
import { LogsCoverWhatTheyClaim } from './checkers/logs-cover-what-they-claim.ts';
import { RunsEnd } from './checkers/runs-end.ts';
import { volumeSetsAre } from './checkers/volume-sets.ts';
import { AWAY, HOME, SELF_RUN } from './installations.ts';

/*
 * Checkers that have never been seen to fail prove nothing: each gets a sound world, in which it is quiet, and then the
 * same world with one thing wrong that it is there for.
 */
const SEED = 51;
const seed = `seed ${SEED}`;

const lives = new LifeCycleWatch();
const covers = new LogsCoverWhatTheyClaim(lives);
const kept = new LogsAreKept(lives);
const runs = new RunsEnd();
let blueprint: Blueprint;
let stage: Stage;

beforeAll(async () => {
  blueprint = await Blueprint.of(SELF_RUN);
  stage = blueprint.deploy({ seed: SEED, disturbances: [lives, runs], tidbClusters: { stores: 1 } });
  for (const checker of [lives, covers, kept, runs]) checker.begin({ stage });
  for (const application of stage.tidb.applications.values()) application.scheduleDay(100);
  for (const application of stage.ebs.applications.values()) application.scheduleDay(10);
  await stage.run(days(1));
}, 60_000);
afterAll(() => blueprint?.close());

const callIn = (region: string) => ({
  account: stage.cloud.account,
  region,
  principal: 'root',
  now: stage.now,
});

it('all are quiet in a sound world, and have seen something', () => {
  expect(lives.judge(), seed).toEqual([]);
  expect(covers.judge({ stage }), seed).toEqual([]);
  expect(kept.judge({ stage }), seed).toEqual([]);
  expect(runs.judge({ stage }), seed).toEqual([]);
  for (const region of [HOME, AWAY]) expect(volumeSetsAre(stage, region), seed).toEqual([]);
  expect(covers.looks, seed).toBeGreaterThan(100);
  expect(runs.started, seed).toBeGreaterThan(10);
});

describe('logs-cover-what-they-claim', () => {
  const files = (): string[] => {
    const [{ chain }] = claimedWindows(stage, AWAY, 'shop') as [ReturnType<typeof claimedWindows>[number]];
    const all = [
      ...stage.cloud.s3.current(vaultName(stage.cloud.account, AWAY), `shop/log/${chain.chain}/v1/20`),
    ];
    return all.map(([key]) => key);
  };

  it.each(['a file of changes', 'what names it'])('sees that %s is gone', (what) => {
    const Bucket = vaultName(stage.cloud.account, AWAY);
    const data = files().at(-2)!;
    const metas = [...stage.cloud.s3.current(Bucket, data.replace(/v1\/.*$/, 'v1/backupmeta/'))];
    const Key = what === 'what names it' ? metas.at(-2)![0] : data;
    const { VersionId } = stage.cloud.s3.call('DeleteObject', { Bucket, Key }, callIn(AWAY)) as {
      readonly VersionId: string;
    };
    expect(covers.daily({ stage }).join('\n'), seed).toMatch(
      what === 'what names it' ? /changes are not in it/ : /which is named, is not there/,
    );
    stage.cloud.s3.call('DeleteObject', { Bucket, Key, VersionId }, callIn(AWAY));
    expect(covers.daily({ stage }), seed).toEqual([]);
  });
});

describe('logs-are-kept', () => {
  it('sees that a log begins behind a full that is kept', async () => {
    const [log] = claimedWindows(stage, AWAY, 'shop');
    const from = { at: later(log!.earliest, hours(1)), mark: '1' };
    await stage.until(stage.catalog(AWAY).advanceChain(log!.chain, { from }, stage.now));
    expect(kept.violations.join('\n'), seed).toContain(`begins at ${iso(from.at)} from now on, and shop-`);
  });

  it('sees what is left of before, but for the minute that a truncation falls short of', async () => {
    const { cloud, installation, now } = stage;
    const daysOn = { cloud, installation, now: later(now, days(3)) } as Stage;
    const left = () =>
      kept.judge({ stage: daysOn }).find((line) => line.endsWith('files of before are left'));
    expect(left(), seed).toBeDefined();
    const [log] = chainsIn(stage, AWAY, 'shop') as [LogChain];
    const { cluster, chain, from, checkpoint } = log;
    const Bucket = vaultName(cloud.account, AWAY);
    const folder = logPrefix(cluster, chain) + LOG_META_FOLDER;
    for (const [Key] of [...cloud.s3.current(Bucket, folder)])
      cloud.s3.call('DeleteObject', { Bucket, Key }, callIn(AWAY));
    const ends = (at: Instant): void => {
      const Body = Buffer.from(printWithTso({ files: [{ maxTs: tsoOf(at) }] }));
      cloud.s3.call('PutObject', { Bucket, Key: `${folder}1.meta`, Body }, callIn(AWAY));
    };
    ends(earlier(from, minutes(1)));
    expect(left(), seed).toBeUndefined();
    ends(earlier(from, milliseconds(minutes(1) + 1)));
    expect(left(), seed).toContain('1 files of before are left');

    // What goes as a whole begins where it ends.
    const whole = { at: checkpoint, mark: log.checkpointMark };
    await stage.until(stage.catalog(AWAY).advanceChain(log, { from: whole }, stage.now));
    ends(earlier(checkpoint, milliseconds(1)));
    expect(left(), seed).toContain('1 files of before are left');
  });
});

describe('volume-sets', () => {
  it('sees a set that nobody knows, once its time is over, and one that is not whole', () => {
    const copy = catalogOf(stage, AWAY).copies.find(
      ({ cluster, region, state }) => cluster === 'search' && region === AWAY && state === 'proven',
    )!;
    const { Snapshots } = stage.cloud.ec2.call('DescribeSnapshots', { OwnerIds: ['self'] }, callIn(AWAY)) as {
      readonly Snapshots: readonly {
        readonly SnapshotId: string;
        readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
      }[];
    };
    const ofPoint = Snapshots.filter(({ Tags }) => Tags.some(({ Value }) => Value === copy.id));
    stage.cloud.ec2.call('DeleteSnapshot', { SnapshotId: ofPoint[0]!.SnapshotId }, callIn(AWAY));
    expect(volumeSetsAre(stage, AWAY).join('\n'), seed).toContain(`${copy.id} is proven in ${AWAY}, and its`);
    const unknown = 'search-twelvely-20260301t001500z';
    for (const { SnapshotId } of ofPoint.slice(1))
      stage.cloud.ec2.call(
        'CreateTags',
        { Resources: [SnapshotId], Tags: [{ Key: 'holdfast:recovery-point', Value: unknown }] },
        callIn(AWAY),
      );
    expect(volumeSetsAre(stage, AWAY).join('\n'), seed).not.toContain(unknown);
    const { cloud, ebs, installation } = stage;
    const threeDaysOn = { cloud, ebs, installation, now: later(stage.now, days(3)) } as Stage;
    expect(volumeSetsAre(threeDaysOn, AWAY).join('\n'), seed).toContain(`snapshots of ${unknown}`);
  });
});
