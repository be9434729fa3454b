import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RestoreResult } from '../../cli/demo/restoring.ts';
import type { Stage } from '../../cli/stage.ts';
import { indexKey, shardKey } from '../../core/manifest/layout.ts';
import { days, later } from '../../core/time/instant.ts';
import { Faults } from '../../embedded/faults/faults.ts';
import { landingName, UNDELIVERED_QUEUE, vaultName } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { Blueprint } from '../support/world-of.ts';
import { catalogEqualsRebuild } from './checkers/catalog-equals-rebuild.ts';
import { nothingOrphaned } from './checkers/nothing-orphaned.ts';
import { RestoresDuringFaults, wrongWith } from './checkers/restores-during-faults.ts';
import { windowsRestore } from './checkers/windows-restore.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';

/*
 * Checkers that have never been seen to fail prove nothing: each gets a sound world, in which it is quiet, and then the
 * same world with one thing wrong that it is there for.
 */
const SEED = 31;
const seed = `seed ${SEED}`;

let blueprint: Blueprint;
let stage: Stage;
let faults: Faults;
const restores = new RestoresDuringFaults();

beforeAll(async () => {
  blueprint = await Blueprint.of(FLEETING);
  faults = new Faults({ seed: SEED, only: [] });
  stage = blueprint.stage(SEED);
  restores.begin({ stage, faults, began: stage.now });
  for (let day = 1; day <= 2; day++) {
    for (const files of stage.files.values()) files.scheduleDay(day);
    for (const orders of stage.orders.values()) orders.scheduleDay(4);
    await stage.run(days(1));
    restores.daily();
  }
});
afterAll(() => blueprint?.close());

const vault = (region: string): string => vaultName(stage.cloud.account, region);
const callIn = (region: string) => ({
  account: stage.cloud.account,
  region,
  principal: 'root',
  now: stage.now,
});
const s3 = (region: string, operation: string, input: object): object =>
  stage.cloud.s3.call(operation, input, callIn(region));
const provenAway = (cluster: string): string[] =>
  catalogOf(stage, AWAY)
    .copies.filter((c) => c.cluster === cluster && c.region === AWAY && c.state === 'proven')
    .map(({ id }) => id)
    .sort();

/** Hides an object of the vault, looks, and brings it back. */
async function without(key: string, look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const Bucket = vault(AWAY);
  const { VersionId } = s3(AWAY, 'DeleteObject', { Bucket, Key: key }) as { readonly VersionId: string };
  try {
    return await look();
  } finally {
    s3(AWAY, 'DeleteObject', { Bucket, Key: key, VersionId });
  }
}

describe('catalog-equals-rebuild', () => {
  it('is quiet in a sound world', async () => {
    expect(provenAway('documents').length, seed).toBeGreaterThan(0);
    expect(provenAway('orders').length, seed).toBeGreaterThan(0);
    expect(await catalogEqualsRebuild(stage), seed).toEqual([]);
  });

  it('sees an index, a shard and an item that are gone', async () => {
    const [id = ''] = provenAway('documents');
    const item = [...stage.cloud.s3.current(vault(AWAY), `documents/${id}/data/`)][0]![0];
    for (const key of [indexKey('documents', id), shardKey('documents', id, 0), item]) {
      const found = await without(key, () => catalogEqualsRebuild(stage));
      expect(found.join('\n'), key).toContain(`${id} is proven in ${AWAY}, and its vault does not prove it`);
    }
  });

  it('sees a record that is gone, and one that says something else', async () => {
    const [id = ''] = provenAway('orders');
    const { pk, sk } = { pk: 'cluster#orders', sk: `copy#${AWAY}#${id.split('-').at(-1)}#daily` };
    const Key = { pk: { S: pk }, sk: { S: sk } };
    const table = { TableName: 'holdfast-catalog' };
    const { Item } = stage.cloud.dynamodb.call('GetItem', { ...table, Key }, callIn(AWAY)) as {
      readonly Item: Record<string, { readonly S: string }>;
    };
    stage.cloud.dynamodb.call('DeleteItem', { ...table, Key }, callIn(AWAY));
    expect((await catalogEqualsRebuild(stage)).join('\n')).toContain(
      `proves ${id}, and the catalog there has no record`,
    );
    const put = (item: object) =>
      stage.cloud.dynamodb.call('PutItem', { ...table, Item: item }, callIn(AWAY));
    put({ ...Item, root: { S: 'another' } });
    expect((await catalogEqualsRebuild(stage)).join('\n')).toContain(
      `${id} in ${AWAY}: root is another in the catalog`,
    );
    put(Item);
    expect(await catalogEqualsRebuild(stage)).toEqual([]);
  });
});

describe('nothing-orphaned', () => {
  it('is quiet in a sound world', () => {
    expect(nothingOrphaned(stage), seed).toEqual([]);
  });

  it('sees what a restore left of which there is no record, and a record of no known kind', () => {
    const Bucket = landingName(stage.cloud.account, HOME);
    s3(HOME, 'PutObject', {
      Bucket,
      Key: 'documents-restore-0000000-20260318t000000z/a.txt',
      Body: Buffer.from('a'),
    });
    const Item = { pk: { S: 'cluster#documents' }, sk: { S: 'cursor#1' } };
    stage.cloud.dynamodb.call('PutItem', { TableName: 'holdfast-catalog', Item }, callIn(HOME));
    const found = nothingOrphaned(stage).join('\n');
    expect(found).toContain('documents-restore-0000000-20260318t000000z/ was restored');
    expect(found).toContain('cursor#1 is of no kind');
  });

  it('sees a message that reached nobody and of which nobody was told, and an upload left open', () => {
    const arn = `arn:aws:sqs:${HOME}:${stage.cloud.account}:${UNDELIVERED_QUEUE}`;
    stage.cloud.queues.sendTo(arn, 'a trigger');
    s3(HOME, 'CreateMultipartUpload', { Bucket: vault(HOME), Key: 'documents/x/data/left' });
    const { installation, cloud } = stage;
    const { account, s3: objects, rds, dynamodb, queues, world } = cloud;
    const unheard = { account, s3: objects, rds, dynamodb, queues, world, monitoring: { alarms: [] } };
    // Ten days later, with alarms that never rang: the lifecycle of a real bucket would have aborted the upload.
    const muted = { now: later(stage.now, days(10)), installation, cloud: unheard } as unknown as Stage;
    const found = nothingOrphaned(muted).join('\n');
    expect(found).toContain(`1 messages in ${UNDELIVERED_QUEUE} in ${HOME}`);
    expect(found).toContain('documents/x/data/left is open since');
  });
});

describe('restores-during-faults', () => {
  it('has restored something and is quiet where that was the truth', () => {
    expect(restores.ended.length, seed).toBeGreaterThan(0);
    expect(restores.judge(), seed).toEqual([]);
  });

  it('sees other data and an error without a name, and no harm in one that has a name', () => {
    const sound = restores.ended.find(({ comparison }) => comparison)!;
    const other: RestoreResult = {
      ...sound,
      comparison: { ...sound.comparison!, differing: 1, differences: ['a.txt'] },
    };
    expect(wrongWith(other).join()).toContain('1 items differ: a.txt');
    const { output: _none, comparison: _neither, ...request } = sound;
    expect(
      wrongWith({ ...request, error: { name: 'Error', message: 'undefined is not a function' } }),
    ).toHaveLength(1);
    for (const name of ['KeyNotUsable', 'FailureNotTold'])
      expect(wrongWith({ ...request, error: { name, message: 'it is disabled' } })).toEqual([]);
  });
});

describe('windows-restore', () => {
  it('is quiet in a sound world, and sees a window of which a point cannot be restored', async () => {
    expect(await windowsRestore(stage), seed).toEqual([]);
    for (const region of [HOME, AWAY])
      for (const { id, cluster } of catalogOf(stage, region).copies)
        s3(region, 'DeleteObject', { Bucket: vault(region), Key: indexKey(cluster, id) });
    expect((await windowsRestore(stage)).join('\n'), seed).toMatch(
      /in its window .*: ended as ManifestIncomplete/,
    );
  });
});
