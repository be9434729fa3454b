import { describe, expect, test } from 'vitest';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { rightsOf } from './rights.ts';
import { ACCOUNT, PRIMARY, RECOVERY, synthesized } from './synthesized.ts';
import { shop, till, withTidb } from './tidb-installation.ts';

const secret = (region: string) => `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:shop-sql-AbCdEf`;
const sql = (region: string) => ({ host: 'tidb.internal', secret: secret(region) });
const away = shop.restoreInto[RECOVERY]!;

/** `shop` changes sides by machine. `stall` is in a group and has no SQL at home, `till` has it and is in no group. */
const INPUT: HoldfastInput = {
  ...withTidb({
    shop: {
      ...shop,
      reach: { ...shop.reach, sql: sql(PRIMARY) },
      restoreInto: { [RECOVERY]: { reach: { ...away.reach, sql: sql(RECOVERY) } } },
    },
    stall: {
      ...till,
      reach: { ...till.reach, pd: 'pd.stall.internal:2379' },
      restoreInto: { [RECOVERY]: { reach: { ...away.reach, pd: 'pd.stall-recovery.internal:2379' } } },
    },
    till: { ...till, reach: { ...till.reach, sql: sql(PRIMARY) } },
  }),
  groups: { market: { layers: [['shop'], ['stall']], to: RECOVERY, maxSkew: '1d' } },
};
const stacks = synthesized(INPUT);
const spokenTo = (region: string, task: string): readonly string[] =>
  (rightsOf(stacks(`Holdfast-${region}`))[task] ?? []).flatMap((right) => {
    const [, name] = /^lambda:InvokeFunction on function (reach-.*)$/.exec(right) ?? [];
    return name === undefined ? [] : [name];
  });

describe('a cluster of TiDB that a move brings home', () => {
  test.each(['preflight-restore', 'poll-restore'])('is spoken to at home by %s, and no other is', (task) => {
    expect(spokenTo(PRIMARY, task)).toEqual(['reach-source-shop']);
  });

  test.each(['begin-restore', 'resolve-restore', 'validate-restore', 'restore-shard'])(
    'is not spoken to by %s',
    (task) => {
      expect(spokenTo(PRIMARY, task)).toEqual([]);
    },
  );

  test('is emptied only after the region that writes moves was asked', () => {
    // Of the catalog here it reads single records.
    const policies = Object.values(stacks(`Holdfast-${PRIMARY}`).findResources('AWS::IAM::Policy'));
    const asks = policies
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('PollRestore'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().includes('dynamodb:Query'));
    expect(asks.map(({ Resource }) => Resource)).toEqual([
      `arn:aws:dynamodb:${RECOVERY}:${ACCOUNT}:table/holdfast-catalog`,
    ]);
  });

  test('is seen to have an empty cluster to move into, by whoever plans that', () => {
    expect(spokenTo(RECOVERY, 'resolve-failback')).toEqual(['reach-target-shop']);
    expect(spokenTo(RECOVERY, 'poll-restore')).toEqual([]);
  });
});
