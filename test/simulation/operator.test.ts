import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expire } from '../../cli/commands/expire.ts';
import { hold } from '../../cli/commands/hold.ts';
import { lift } from '../../cli/commands/lift.ts';
import { list } from '../../cli/commands/list.ts';
import { undelete } from '../../cli/commands/undelete.ts';
import { catalogIn } from '../../cli/operator/account.ts';
import type { OperatorCommand } from '../../cli/operator/command.ts';
import type { Stage } from '../../cli/stage.ts';
import type { CopyState, PointState } from '../../core/catalog/recovery-point.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { days, hours } from '../../core/time/instant.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { Blueprint } from '../support/world-of.ts';
import { shell, type Typed, typed } from '../unit/cli/typed.ts';
import { restoreEqualsTruth } from './checkers/restores-equal-truth.ts';
import { vaultHoldsWhatIsNamed } from './checkers/vault-holds-what-is-named.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';

const SEED = 11;
const seed = `seed ${SEED}`;

/** Files alone: holds and the bin know no engine. */
const FILES: HoldfastInput = {
  ...FLEETING,
  plans: { files: FLEETING.plans['files']! },
  clusters: { documents: FLEETING.clusters['documents']! },
};

let blueprint: Blueprint;
let stage: Stage;

/** Types a command as an operator does, with the clients that a real account gets, while the world goes on. */
const type = (command: OperatorCommand, ...args: string[]): Promise<Typed> =>
  stage.until(typed(command, args, shell(FILES, catalogIn, stage.now)));

const idsIn = (state: PointState): string[] =>
  catalogOf(stage, HOME)
    .points.filter((point) => point.cluster === 'documents' && point.state === state)
    .map(({ id }) => id)
    .sort();
const stateOf = (id: string): PointState | undefined =>
  catalogOf(stage, HOME).points.find((point) => point.id === id)?.state;
const copiesOf = (id: string): CopyState[] =>
  [HOME, AWAY].map(
    (region) => catalogOf(stage, region).copies.find((c) => c.id === id && c.region === region)!.state,
  );

async function live(forDays: number): Promise<void> {
  for (let day = 0; day < forDays; day++) {
    stage.files.get('documents')!.scheduleDay(4);
    await stage.run(days(1));
  }
}

beforeAll(async () => {
  blueprint = await Blueprint.of(FILES);
  stage = blueprint.stage(SEED);
  await live(4);
});
afterAll(() => blueprint?.close());

describe('an operator at the shell', () => {
  it('reads in expire --plan which points the next run moves into the bin, and it moves those', async () => {
    let announced: string[] = [];
    // Points fall due at the time of day at which they were sealed: look until one is, then let the run come.
    for (let hour = 0; announced.length === 0 && hour < 72; hour++) {
      await stage.run(hours(1));
      const { said } = await type(expire, '--plan', '--json');
      const { plans } = JSON.parse(said) as { plans: { cluster: string; expire: { id: string }[] }[] };
      announced = plans.flatMap((plan) => plan.expire.map(({ id }) => id));
    }
    expect(announced.length, seed).toBeGreaterThan(0);
    for (const id of announced) expect(stateOf(id), seed).toBe('sealed');
    await stage.run(hours(2));
    for (const id of announced) expect(stateOf(id), `${seed}: ${id}`).toBe('expiring');
  });

  it('brings one back from the bin, sees in expire --plan that nothing keeps it, and it goes there again', async () => {
    // The newest: of an older one the grace may end within the hour.
    const id = idsIn('expiring').at(-1)!;
    const { said, ...ended } = await type(undelete, id);
    expect(ended, seed).toEqual({ code: 0, complained: '' });
    expect(said, seed).toContain('no rule keeps it');
    expect([stateOf(id), ...copiesOf(id)], seed).toEqual(['sealed', 'proven', 'proven']);
    expect((await type(expire, '--plan')).said, seed).toContain(`expire ${id}: no rule of plan files`);
    await stage.run(hours(2));
    expect([stateOf(id), ...copiesOf(id)], seed).toEqual(['expiring', 'expiring', 'expiring']);
  });

  it('brings it back for good under a hold, and it restores in both regions', async () => {
    const id = idsIn('expiring').at(-1)!;
    const placed = await type(hold, id, '--name', 'litigation-7', '--why', 'case 7/2026');
    expect(placed, seed).toMatchObject({ code: 0, complained: '' });
    expect((await type(undelete, id)).said, seed).toContain('kept for legal-hold:litigation-7');
    await live(4);
    expect([stateOf(id), ...copiesOf(id)], seed).toEqual(['sealed', 'proven', 'proven']);
    for (const region of [HOME, AWAY]) {
      expect((await restoreEqualsTruth(stage, region, 'documents', id)).violations, seed).toEqual([]);
      expect(vaultHoldsWhatIsNamed(stage, region), seed).toEqual([]);
    }
    const line = (await type(list, 'documents', '--region', AWAY)).said
      .split('\n')
      .find((row) => row.includes(id));
    expect(line, seed).toMatch(/ sealed .*eu-west-1 proven, eu-central-1 proven +legal-hold:litigation-7$/);
  });

  it('keeps a point through expiry by a hold on it, while those beside it go', async () => {
    const [, held = '', next = ''] = idsIn('sealed');
    await type(hold, held, '--name', 'audit', '--why', 'tax');
    await live(10);
    expect(stateOf(held), seed).toBe('sealed');
    expect(stateOf(next), seed).toBe('discarded');
    expect((await type(undelete, next)).complained, seed).toContain(`RecoveryPointDiscarded: ${next}`);
    expect((await restoreEqualsTruth(stage, AWAY, 'documents', held)).violations, seed).toEqual([]);
    expect((await type(lift, 'documents', '--name', 'audit')).code, seed).toBe(0);
    expect((await type(list, 'documents')).said, seed).toMatch(
      new RegExp(`${held} .*nothing any more: due to expire`),
    );
  });
});
