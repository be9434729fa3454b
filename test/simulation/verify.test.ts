import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { CopyRecord } from '../../core/catalog/recovery-point.ts';
import { indexKey, itemKey, shardKey } from '../../core/manifest/layout.ts';
import { days, hours } from '../../core/time/instant.ts';
import { vaultName } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { restoreEqualsTruth } from './checkers/restores-equal-truth.ts';
import { vaultHoldsWhatIsNamed } from './checkers/vault-holds-what-is-named.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';

const SEED = 17;
const seed = `seed ${SEED}`;

/** Captures are at 03:30 and 04:45 UTC, scrubs at 07:40 in the recovery region and at 08:40 at home. */
const AFTER_CAPTURES = hours(7);
const AFTER_SCRUBS = hours(9.5);

let blueprint: Blueprint;
let stage: Stage;
let heard: HoldfastEvent[];
let day = 0;

beforeAll(async () => {
  blueprint = await Blueprint.of(FLEETING);
  stage = blueprint.stage(SEED);
  heard = announcements(stage);
  for (let n = 0; n < 5; n++) stage.files.get('documents')!.write(`file ${n}`, Buffer.from(`content ${n}\n`));
  await until(1, AFTER_CAPTURES);
});
afterAll(() => blueprint?.close());

const midnight = Date.UTC(2026, 2, 18);
/** Goes on to an hour of a day of the test, the first being 0. */
async function until(which: number, time: number): Promise<void> {
  for (; day <= which; day++) {
    stage.files.get('documents')!.write(`day ${day}`, Buffer.from(`of day ${day}\n`));
    stage.orders.get('orders')!.scheduleDay(24);
  }
  await stage.run((midnight + days(which) + time - stage.now) as ReturnType<typeof hours>);
}

const noSha = (): string => {
  throw new Error('these keys are short');
};
const vault = (region: string): string => vaultName(stage.cloud.account, region);
const root = (region: string) => ({
  account: stage.cloud.account,
  region,
  principal: `arn:aws:iam::${stage.cloud.account}:root`,
  now: stage.now,
});
const rot = (region: string, key: string): void => stage.cloud.s3.corrupt(vault(region), key);
const hide = (region: string, key: string): object =>
  stage.cloud.s3.call('DeleteObject', { Bucket: vault(region), Key: key }, root(region));
const copyIn = (region: string, id: string): CopyRecord | undefined =>
  catalogOf(stage, HOME).copies.find((copy) => copy.id === id && copy.region === region);
const told = (name: HoldfastEvent['name'], key: string): HoldfastEvent[] =>
  heard.filter((event) => event.name === name && event.facts?.['key'] === key);

const FIRST_FILES = 'documents-daily-20260318t033000z';
const FIRST_ORDERS = 'orders-daily-20260318t044500z';
const item = (name: string): string => itemKey('documents', FIRST_FILES, name, noSha);

describe.each([HOME, AWAY])('what rotted in %s', (region) => {
  it('is found, copied from its twin and read again: the restore equals the truth once more', async () => {
    const manifests = [
      indexKey('documents', FIRST_FILES),
      shardKey('documents', FIRST_FILES, 0),
      shardKey('orders', FIRST_ORDERS, 0),
    ];
    const keys = [item('file 0'), item('file 1'), ...manifests];
    for (const key of keys) rot(region, key);
    hide(region, item('file 2'));
    expect((await restoreEqualsTruth(stage, region, 'documents', 'latest')).result.error, seed).toBeDefined();
    await until(region === HOME ? 1 : 2, AFTER_SCRUBS);
    for (const key of [...keys, item('file 2')]) {
      expect(
        told('RotFound', key).map((event) => event.region),
        `${seed}: ${key}`,
      ).toEqual([region]);
      expect(
        told('RotMended', key).map((event) => event.region),
        `${seed}: ${key}`,
      ).toEqual([region]);
    }
    for (const cluster of ['documents', 'orders'])
      expect((await restoreEqualsTruth(stage, region, cluster, 'latest')).violations, seed).toEqual([]);
    expect(vaultHoldsWhatIsNamed(stage, region), seed).toEqual([]);
    heard.length = 0;
    await until(region === HOME ? 2 : 3, AFTER_CAPTURES);
  });
});

describe('what rotted and has no sound twin', () => {
  it('is told, and the copies that name it are set aside by the primary, in both regions', async () => {
    const latest = stage.files.get('documents')!;
    latest.write('only here', Buffer.from('once'));
    await until(4, AFTER_CAPTURES);
    const id = 'documents-daily-20260322t033000z';
    const key = itemKey('documents', id, 'only here', noSha);
    for (const region of [HOME, AWAY]) rot(region, key);
    heard.length = 0;
    await until(4, AFTER_SCRUBS);
    for (const region of [HOME, AWAY])
      expect(copyIn(region, id), `${seed}: ${region}`).toMatchObject({ state: 'quarantined' });
    expect(told('RotMended', key), seed).toEqual([]);
    expect(permissionsSuffice(stage), seed).toEqual([]);
  });
});
