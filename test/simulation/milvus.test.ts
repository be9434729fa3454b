import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { MilvusCluster } from '../../core/plan/installation.ts';
import { hours, type Instant, minutes, parseInstant } from '../../core/time/instant.ts';
import type { Milvus } from '../../embedded/milvus/milvus.ts';
import { vaultName } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { AWAY, HOME } from './installations.ts';
import { milvusReach } from './self-run.ts';

const INSTALLATION: HoldfastInput = {
  name: 'shop',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    standard: {
      rules: [{ name: 'daily', cron: '30 2 * * ? *', deadline: '2h' }],
      retention: { keepLast: 3, minimumKeep: 2 },
      objectives: { rpo: '27h', rto: '8h', survives: 'region' },
      copyAllowance: '30m',
      grace: '1d',
    },
  },
  clusters: {
    vectors: {
      engine: 'milvus',
      plan: 'standard',
      version: 'v2.6.12',
      reach: milvusReach('vectors', HOME),
      restoreInto: { [AWAY]: { reach: milvusReach('vectors-restored', AWAY) } },
      expectedSize: '10 GB',
    },
  },
};

let blueprint: Blueprint;
let stage: Stage;
beforeAll(async () => {
  blueprint = await Blueprint.of(INSTALLATION);
}, 60_000);
afterAll(() => blueprint.close());
afterEach(() => stage.close());

const vectors = () => stage.installation.clusters[0] as MilvusCluster;
const source = (): Milvus => stage.milvus.sourceOf(vectors(), HOME);
const target = (): Milvus => stage.milvus.targetOf(vectors(), AWAY);

/** A day of writes, with a quiet hour behind it: collections are flushed one after the other, each at an instant of its own. */
async function liveAndRest(): Promise<void> {
  stage.milvus.applications.get('vectors')!.scheduleDay(150);
  await stage.run(hours(25));
}

const backUp = async () => ending(await stage.execute(HOME, 'backup', { cluster: 'vectors' }));

async function restore(request: object = { to: 'latest' }): Promise<Instant> {
  const execution = await stage.execute(AWAY, 'restore', { cluster: 'vectors', ...request });
  expect(ending(execution)).toMatchObject({ name: 'SUCCEEDED' });
  return parseInstant(JSON.parse(execution.output!).restore.restoresTo as string) as Instant;
}

const namesIn = (milvus: Milvus): string[] =>
  milvus.collections.map(({ database, name }) => `${database}.${name}`).toSorted();

describe('a Milvus cluster', () => {
  it('is captured by its tool, proven in both regions, and restored after the loss of one with its index and rows', async () => {
    stage = blueprint.stage(61);
    const heard = announcements(stage);
    await liveAndRest();
    expect(await backUp()).toMatchObject({ name: 'SUCCEEDED' });
    await stage.run(hours(1));
    const proven = catalogOf(stage, AWAY).copies.filter(
      ({ state, region }) => state === 'proven' && region === AWAY,
    );
    expect(proven.length).toBeGreaterThanOrEqual(2);
    expect(heard.filter(({ name }) => /Failed|Quarantined|Breached|AtRisk/.test(name))).toEqual([]);

    stage.cloud.loseRegion(HOME);
    await stage.run(minutes(20));
    const at = await restore();
    const application = stage.milvus.applications.get('vectors')!;
    expect(application.truthAt(at).size).toBeGreaterThan(20);
    expect(stage.milvus.compareRestored(vectors(), AWAY, at)).toMatchObject({ differing: 0 });
    expect(namesIn(target())).toEqual(['default.docs', 'shop.items']);
    const docs = target().find('default', 'current')!;
    expect(docs.name).toBe('docs');
    expect(docs.indexes).toMatchObject([{ name: 'by_vector', type: 'HNSW', params: { M: '16' } }]);
    expect(target().isLoaded(docs)).toBe(true);
    expect(target().find('shop', 'items')!.loadedAt).toBeUndefined();
    expect(Object.fromEntries(target().databases.get('shop')!)).toEqual({ 'database.replica.number': '1' });
  }, 90_000);

  it('has one collection of it restored, and nothing else', async () => {
    stage = blueprint.stage(62);
    await liveAndRest();
    expect(await backUp()).toMatchObject({ name: 'SUCCEEDED' });
    await stage.run(hours(1));
    await restore({ to: 'latest', scope: { collections: ['shop.items'] } });
    expect(namesIn(target())).toEqual(['shop.items']);
  }, 90_000);

  it('is restored beside what is there, whose names and aliases stay what they are', async () => {
    stage = blueprint.stage(63);
    await liveAndRest();
    expect(await backUp()).toMatchObject({ name: 'SUCCEEDED' });
    await stage.run(hours(1));
    await restore();
    const first = target().find('default', 'current')!;
    const heard = announcements(stage);
    await restore();
    expect(heard.find(({ name }) => name === 'RestoreFinished')?.sentence).toMatch(
      /its collections end in _r[0-9a-f]{8}; aliases that stand for something else there were left: default\.current/,
    );
    expect(namesIn(target())).toEqual([
      'default.docs',
      expect.stringMatching(/^default\.docs_r[0-9a-f]{8}$/),
      'shop.items',
      expect.stringMatching(/^shop\.items_r[0-9a-f]{8}$/),
    ]);
    expect(target().find('default', 'current')).toBe(first);
    const second = target().collections.find(({ name }) => name.startsWith('docs_r'))!;
    expect([...second.aliases]).toEqual([]);
    expect(second.entitiesAt(stage.now)).toEqual(first.entitiesAt(stage.now));
  }, 90_000);

  it('brings a collection back that was dropped by mistake, into the cluster that it was dropped from', async () => {
    stage = blueprint.stage(67);
    await liveAndRest();
    expect(await backUp()).toMatchObject({ name: 'SUCCEEDED' });
    const docs = source().find('default', 'docs')!;
    const before = docs
      .entitiesAt(stage.now)
      .map(({ id }) => id)
      .toSorted();
    source().drop(docs);
    const scope = { collections: ['default.docs'] };
    const execution = await stage.execute(HOME, 'restore', { cluster: 'vectors', to: 'latest', scope });
    expect(ending(execution)).toMatchObject({ name: 'SUCCEEDED' });
    expect(namesIn(source())).toEqual(['default.docs', 'shop.items']);
    const back = source().find('default', 'current')!;
    expect(
      back
        .entitiesAt(stage.now)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(before);
  }, 90_000);

  it('begins a restore anew whose tool was killed, and leaves nothing of the first attempt', async () => {
    stage = blueprint.stage(64);
    await liveAndRest();
    expect(await backUp()).toMatchObject({ name: 'SUCCEEDED' });
    await stage.run(hours(1));
    stage.milvus.fleet.killNext('restore', 0.5);
    const at = await restore();
    expect(namesIn(target())).toEqual(['default.docs', 'shop.items']);
    expect(stage.milvus.compareRestored(vectors(), AWAY, at)).toMatchObject({ differing: 0 });
  }, 90_000);

  it('empties what a killed backup left before the next attempt, which succeeds', async () => {
    stage = blueprint.stage(65);
    await liveAndRest();
    stage.milvus.fleet.killNext('create', 0.5);
    expect(await backUp()).toMatchObject({ name: 'SUCCEEDED' });
    await stage.run(hours(1));
    const at = await restore();
    expect(stage.milvus.compareRestored(vectors(), AWAY, at)).toMatchObject({ differing: 0 });
  }, 90_000);

  it('raises an alarm when garbage collection could not be paused, and the recovery point stands', async () => {
    stage = blueprint.stage(66);
    const heard = announcements(stage);
    await liveAndRest();
    source().managementDown = true;
    expect(await backUp()).toMatchObject({ name: 'SUCCEEDED' });
    const [warned] = heard.filter(({ name }) => name === 'CaptureAtRisk');
    expect(warned?.reason?.message).toMatch(
      /could not pause .* at http:\/\/vectors\.internal:9091.*management of reach/s,
    );
    const { id } = catalogOf(stage, HOME).points.find(({ id: one }) => one === warned!.recoveryPoint)!;
    const bucket = vaultName(stage.cloud.account, HOME);
    const [index] = stage.cloud.s3.current(bucket, `vectors/${id}/manifest/index.json`);
    expect(JSON.parse(Buffer.from(index![1].body).toString('utf8')).statistics).toMatchObject({
      collections: 2,
      indexes: 2,
      loaded: 1,
      aliases: 1,
      gcNotPaused: expect.stringContaining('Pause GC failed'),
    });
  }, 90_000);
});
