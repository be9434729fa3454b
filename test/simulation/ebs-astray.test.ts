import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import { days, hours } from '../../core/time/instant.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { provenIn, restoreEqualsTruth } from './checkers/restores-equal-truth.ts';
import { DORIS, snapshotsByPoint } from './ebs-installation.ts';
import { AWAY, HOME } from './installations.ts';
import { Traps } from './traps.ts';

const seed = 22;
const traps = new Traps();
let blueprint: Blueprint;
let stage: Stage;
let heard: ReturnType<typeof announcements>;

beforeAll(async () => {
  blueprint = await Blueprint.of(DORIS);
  stage = blueprint.stage(seed, traps);
  heard = announcements(stage);
});
afterAll(() => blueprint?.close());

const asOwner = (operation: string, input: object, region: string): object =>
  stage.cloud.ec2.call(operation, input, {
    account: stage.cloud.account,
    region,
    principal: `arn:aws:iam::${stage.cloud.account}:root`,
    now: stage.now,
  });

/** Takes a set of an instance by hand, with these tags. */
function take(tags: Readonly<Record<string, string>>): void {
  const running = asOwner('DescribeInstances', {}, HOME) as {
    readonly Reservations: readonly { readonly Instances: readonly { readonly InstanceId: string }[] }[];
  };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  asOwner(
    'CreateSnapshots',
    {
      InstanceSpecification: { InstanceId: running.Reservations[0]!.Instances[0]!.InstanceId },
      TagSpecifications: [{ ResourceType: 'snapshot', Tags }],
    },
    HOME,
  );
}

describe(`what goes astray, seed ${seed}`, () => {
  it('a lost answer makes no second point: it is sealed, copied and restored all the same', async () => {
    traps.lose('capture-recovery-point', 'CreateSnapshots');
    traps.lose('begin-copy', 'CopySnapshot');
    stage.ebs.applications.get('doris')!.scheduleDay(100);
    await stage.run(hours(4));
    const [first] = catalogOf(stage, HOME).points;
    expect(provenIn(stage, HOME, 'doris').map(({ id }) => id)).toEqual([first!.id]);
    expect(snapshotsByPoint(stage, HOME).get(first!.id)).toHaveLength(6);
    for (const region of [HOME, AWAY])
      expect((await restoreEqualsTruth(stage, region, 'doris', first!.id)).violations).toEqual([]);
  });

  it('snapshots of a point that nobody knows go after a day, and what only looks like ours stays', async () => {
    const unknown = 'doris-twelvely-20260301t001500z';
    take({ 'holdfast:recovery-point': unknown, 'holdfast:cluster': 'doris', 'holdfast:instance': 'i-1' });
    await stage.run(hours(1));
    const halfTagged = 'doris-twelvely-20260302t001500z';
    take({ 'holdfast:recovery-point': halfTagged });
    await stage.run(hours(20));
    expect(snapshotsByPoint(stage, HOME).get(unknown)).toHaveLength(3);
    await stage.run(days(2));
    const left = snapshotsByPoint(stage, HOME);
    expect(left.has(unknown)).toBe(false);
    expect(left.get(halfTagged)).toHaveLength(3);
    expect(heard.filter(({ recoveryPoint }) => recoveryPoint === unknown).map(({ name }) => name)).toEqual([
      'DifferenceMended',
    ]);
  });

  it('a surplus copy goes with its point', () => {
    const lying = snapshotsByPoint(stage, AWAY);
    const kept = catalogOf(stage, AWAY).copies.filter(
      ({ region, state }) => region === AWAY && state !== 'discarded',
    );
    expect([...lying.keys()].sort()).toEqual(kept.map(({ id }) => id).sort());
  });

  it('a proven copy that lost a snapshot is found, copied again where it lacks one, and restores', async () => {
    const newest = provenIn(stage, AWAY, 'doris')
      .sort((a, b) => a.takenAt! - b.takenAt!)
      .at(-1)!;
    const [one] = snapshotsByPoint(stage, AWAY).get(newest.id)!;
    asOwner('DeleteSnapshot', { SnapshotId: one }, AWAY);
    await stage.run(days(1));
    const told = heard.filter(({ recoveryPoint, region }) => recoveryPoint === newest.id && region === AWAY);
    expect(told.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['DifferenceFound', 'RecoveryPointQuarantined']),
    );
    expect(provenIn(stage, AWAY, 'doris').map(({ id }) => id)).toContain(newest.id);
    expect(snapshotsByPoint(stage, AWAY).get(newest.id)).toHaveLength(6);
    expect((await restoreEqualsTruth(stage, AWAY, 'doris', newest.id)).violations).toEqual([]);
  });

  it('and no permission was missing', () => expect(permissionsSuffice(stage)).toEqual([]));
});
