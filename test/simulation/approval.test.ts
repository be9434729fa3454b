import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import type { DorisCluster as Configured } from '../../core/plan/installation.ts';
import { days, hours, minutes } from '../../core/time/instant.ts';
import type { DorisCluster } from '../../embedded/doris/cluster.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { announcements, Blueprint, ending } from '../support/world-of.ts';
import { AWAY, HOME } from './installations.ts';
import { dorisReach } from './self-run.ts';

const INSTALLATION: HoldfastInput = {
  name: 'shop',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    standard: {
      rules: [{ name: 'daily', cron: '30 2 * * ? *', deadline: '2h' }],
      retention: { keepLast: 3 },
      objectives: { rpo: '27h', rto: '4h', survives: 'region' },
    },
  },
  clusters: {
    olap: {
      ...{ engine: 'doris', plan: 'standard', version: '3.0.6', expectedSize: '100 GB' },
      reach: dorisReach('fe.olap', HOME),
      databases: { shop: {} },
      restoreInto: { [AWAY]: { reach: dorisReach('fe.olap-restored', AWAY) } },
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

const source = (): DorisCluster => stage.doris.sourceOf(stage.installation.clusters[0] as Configured);
const IN_PLACE = { cluster: 'olap', to: 'latest', mode: 'in-place', by: 'Ada' } as const;

/** Lives through a day that goes on long after its capture, and asks for the state of then. */
async function asked() {
  const heard = announcements(stage);
  for (const application of stage.doris.applications.get('olap')!) application.scheduleDay(40);
  await stage.run(days(1));
  const execution = stage.start(HOME, 'restore', IN_PLACE);
  await stage.run(minutes(10));
  return { heard, execution, question: heard.find(({ name }) => name === 'ApprovalAsked') };
}

const answer = async (input: object): Promise<string> => {
  const execution: Execution = await stage.execute(HOME, 'answer', input);
  return ending(execution).name;
};

describe('a restore in place', () => {
  it('waits for other eyes than those that asked, and then writes over what was there', async () => {
    stage = blueprint.stage(81);
    const { execution, question, heard } = await asked();
    const approval = String(question?.facts?.['approval']);
    expect(execution.status).toBe('RUNNING');
    expect(question).toMatchObject({ cluster: 'olap', facts: { answerer: 'anybody but Ada' } });
    const before = new Map(source().rowsNow('shop'));

    expect(await answer({ approval, answer: 'yes', by: 'ada' })).toBe('SameEyes');
    expect(await answer({ approval: 'another', answer: 'yes', by: 'grace' })).toBe('UnknownApproval');
    expect(source().rowsNow('shop')).toEqual(before);
    expect(await answer({ approval, answer: 'yes', by: 'grace', note: 'seen' })).toBe('SUCCEEDED');
    await stage.until(execution.ended);
    expect(ending(execution).name).toBe('SUCCEEDED');
    expect(source().rowsNow('shop')).not.toEqual(before);
    expect(heard.some(({ name }) => name === 'RestoreFinished')).toBe(true);
    expect(await answer({ approval, answer: 'no', by: 'eve' })).toBe('ApprovalEnded');
  }, 60_000);

  it('that nobody answers is refused by name, and nothing was written', async () => {
    stage = blueprint.stage(82);
    const { execution, heard, question } = await asked();
    const before = new Map(source().rowsNow('shop'));
    const { by: _, ...nobody } = IN_PLACE;
    expect(ending(await stage.execute(HOME, 'restore', nobody)).name).toBe('InvalidInput');
    await stage.run(hours(1));
    expect(ending(execution).name).toBe('ApprovalExpired');
    expect(source().rowsNow('shop')).toEqual(before);
    expect(heard.filter(({ name }) => name === 'RestoreFailed')).toMatchObject([
      { reason: { name: 'ApprovalExpired' }, sentence: expect.stringContaining('nothing was written') },
    ]);
    const late = { approval: question?.facts?.['approval'], answer: 'yes', by: 'grace' };
    expect(await answer(late)).toBe('ApprovalEnded');
  }, 60_000);
});
