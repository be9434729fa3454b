import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { hours, minutes } from '../../core/time/instant.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { AWAY, HOME } from './installations.ts';

const reach = (pd: string, group: string) => ({ pd, subnets: ['subnet-0a1b2c3d'], securityGroups: [group] });

/** One region: what follows the log to others has tests of its own. */
const INSTALLATION: HoldfastInput = {
  name: 'shop',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    logged: {
      rules: [{ name: 'daily', cron: '30 2 * * ? *', deadline: '2h' }],
      retention: { keepLast: 1, minimumKeep: 1 },
      copyTo: [],
      objectives: { rpo: '10m', rto: '4h', survives: 'cluster' },
      grace: '1d',
      logBackup: true,
    },
  },
  clusters: {
    shop: {
      engine: 'tidb',
      plan: 'logged',
      version: 'v8.5.3',
      reach: reach('pd.shop:2379', 'sg-0a1b2c3d'),
      expectedSize: '100 GB',
    },
  },
};

const seed = 31;
let blueprint: Blueprint;
let stage: Stage;
let heard: ReturnType<typeof announcements>;

const chains = () => stage.until(stage.catalog(HOME).chains('shop', HOME));
const log = () => stage.tidb.fleet.cluster('shop', HOME).log;
const names = () => heard.map(({ name }) => name);

/** The deployed templates, with their policies enforced. */
describe(`the log of a TiDB cluster, deployed, seed ${seed}`, () => {
  beforeAll(async () => {
    blueprint = await Blueprint.of(INSTALLATION);
    stage = blueprint.stage(seed);
    heard = announcements(stage);
    stage.tidb.applications.get('shop')!.scheduleDay(200);
    await stage.run(hours(2));
  }, 60_000);
  afterAll(() => {
    stage?.close();
    blueprint?.close();
  });

  it('begins by itself, with a full of its own, and follows the cluster by minutes', async () => {
    expect(log().status).toBe('NORMAL');
    const [chain, ...others] = await chains();
    expect(others).toEqual([]);
    expect(stage.now - chain!.checkpoint).toBeLessThan(minutes(11));
    const points = await stage.until(stage.catalog(HOME).points('shop'));
    const inside = points.filter(({ state, takenAt }) => state === 'sealed' && takenAt! >= chain!.from);
    expect(inside).toHaveLength(1);
    expect(names().filter((name) => /Failed|AtRisk|Broken/.test(name))).toEqual([]);
  });

  it('runs again after a pause, and is told as broken when it was stopped', async () => {
    log().pause('by hand');
    await stage.run(minutes(40));
    expect(log().status).toBe('NORMAL');
    expect(await chains()).toHaveLength(1);
    log().stop();
    await stage.run(minutes(40));
    expect((await chains()).map(({ state }) => state)).toEqual(['broken', 'running']);
    expect(log().status).toBe('NORMAL');
    expect(names()).toContain('LogChainBroken');
  });

  it('is truncated to its first full by the next day, and nobody was refused a right', async () => {
    stage.tidb.applications.get('shop')!.scheduleDay(200);
    await stage.run(hours(22));
    const newest = (await chains()).at(-1)!;
    expect(newest.from).toBeGreaterThan(newest.startedAt);
    expect(names()).toContain('LogTruncated');
    expect(names()).not.toContain('SupervisionFailed');
    // BR asks for the bucket's region with HeadBucket, and reads it from the refusal too.
    expect(permissionsSuffice(stage).filter((said) => !/-br-shop .* s3:ListBucket /.test(said))).toEqual([]);
  }, 60_000);
});
