import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lift } from '../../cli/commands/lift.ts';
import { list } from '../../cli/commands/list.ts';
import { rebuild } from '../../cli/commands/rebuild.ts';
import { catalogIn } from '../../cli/operator/account.ts';
import type { OperatorCommand } from '../../cli/operator/command.ts';
import type { Stage } from '../../cli/stage.ts';
import type { CopyRecord } from '../../core/catalog/recovery-point.ts';
import { days, hours } from '../../core/time/instant.ts';
import { CATALOG_TABLE } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { Blueprint } from '../support/world-of.ts';
import { shell, type Typed, typed } from '../unit/cli/typed.ts';
import { catalogsAgree } from './checkers/catalogs-agree.ts';
import { floorAndHolds } from './checkers/floor-and-holds.ts';
import { objectivesHold } from './checkers/objectives-hold.ts';
import { claimedPointsRestore } from './checkers/restores-equal-truth.ts';
import { vaultHoldsWhatIsNamed } from './checkers/vault-holds-what-is-named.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';

const SEED = 23;
const seed = `seed ${SEED}`;

let blueprint: Blueprint;
let stage: Stage;
let before: ReadonlyMap<string, CopyRecord>;

const type = (command: OperatorCommand, ...args: string[]): Promise<Typed> =>
  stage.until(typed(command, args, shell(FLEETING, catalogIn, stage.now)));

const proven = (): Map<string, CopyRecord> =>
  new Map(
    catalogOf(stage, HOME)
      .copies.filter(({ state }) => state === 'proven')
      .map((copy) => [`${copy.id} in ${copy.region}`, copy]),
  );

async function live(forDays: number): Promise<void> {
  for (let day = 0; day < forDays; day++) {
    for (const files of stage.files.values()) files.scheduleDay(4);
    for (const orders of stage.orders.values()) orders.scheduleDay(6);
    await stage.run(days(1));
  }
}

/** Every item, in every region, as if the table had been made anew. */
function loseTheCatalog(): void {
  for (const region of [HOME, AWAY]) {
    const call = { account: stage.cloud.account, region, principal: 'root', now: stage.now };
    const { Items } = stage.cloud.dynamodb.call('Scan', { TableName: CATALOG_TABLE }, call) as {
      readonly Items: readonly Record<string, AttributeValue>[];
    };
    for (const { pk, sk } of Items)
      stage.cloud.dynamodb.call('DeleteItem', { TableName: CATALOG_TABLE, Key: { pk, sk } }, call);
  }
}

beforeAll(async () => {
  blueprint = await Blueprint.of(FLEETING);
  stage = blueprint.stage(SEED);
  await live(6);
  await stage.run(hours(9));
  before = proven();
});
afterAll(() => blueprint?.close());

describe('a catalog that is lost in every region', () => {
  it('is said to be the same as the vaults for as long as it is there', async () => {
    for (const region of [HOME, AWAY]) {
      const { said, code } = await type(rebuild, '--region', region, '--json');
      expect(code, `${seed}: ${said}`).toBe(0);
      const { missing, extra, doubtful } = JSON.parse(said);
      expect({ missing, extra, doubtful }, seed).toEqual({ missing: [], extra: [], doubtful: [] });
    }
  });

  it('is rebuilt from the vaults, with every proven copy that it had', async () => {
    loseTheCatalog();
    await stage.run(hours(1));
    expect(proven().size, seed).toBe(0);
    for (const region of [AWAY, HOME]) {
      const { said, complained } = await type(rebuild, '--region', region, '--write');
      expect(complained, seed).toBe('');
      expect(said, seed).toContain('put back');
    }
    const after = proven();
    for (const [what, { root, takenAt }] of before)
      expect(after.get(what), `${seed}: ${what}`).toMatchObject({ root, takenAt });
    await stage.run(hours(1));
    expect((await type(list, '--region', AWAY)).said, seed).toContain('legal-hold:catalog-rebuilt');
    expect(catalogsAgree(stage), seed).toEqual([]);
  });

  it('restores in both regions to the truth of each instant', async () => {
    expect(await claimedPointsRestore(stage), seed).toEqual([]);
  });

  it('goes on: nothing expires until the hold is lifted, then backups, copies and expiry are as ever', async () => {
    for (const { name } of FLEETING_CLUSTERS)
      expect((await type(lift, name, '--name', 'catalog-rebuilt')).code, seed).toBe(0);
    await live(6);
    await stage.run(hours(9));
    expect(objectivesHold(stage), seed).toEqual([]);
    const gone = catalogOf(stage, HOME).points.filter(({ state }) => state === 'discarded');
    expect(gone.length, seed).toBeGreaterThan(0);
    for (const region of [HOME, AWAY]) {
      expect(floorAndHolds(stage, region), seed).toEqual([]);
      expect(vaultHoldsWhatIsNamed(stage, region), seed).toEqual([]);
    }
  });
});

const FLEETING_CLUSTERS = Object.keys(FLEETING.clusters).map((name) => ({ name }));
