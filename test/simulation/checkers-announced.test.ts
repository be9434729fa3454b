import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { days, hours, minutes } from '../../core/time/instant.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { SCHEDULE_GROUP } from '../../lib/names.ts';
import { Blueprint, START } from '../support/world-of.ts';
import { Announced } from './checkers/announced.ts';
import { FailuresAnnounced } from './checkers/failures-announced.ts';
import { RecordWatch } from './checkers/record-watch.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';

const SEED = 6;
const seed = `seed ${SEED}`;

const FILES: HoldfastInput = {
  ...FLEETING,
  plans: {
    files: {
      ...FLEETING.plans['files']!,
      rules: [{ name: 'fourhourly', cron: '30 0/4 * * ? *', deadline: '1h' }],
      objectives: { rpo: '7h', rto: '1h', survives: 'region' },
    },
  },
  clusters: { documents: FLEETING.clusters['documents']! },
};

let blueprint: Blueprint;
let stage: Stage;
const records = new RecordWatch();
const checker = new FailuresAnnounced(records, new Announced());
/** Sees the same records, and began to listen when all was said. */
const deaf = new FailuresAnnounced(records, new Announced());

let opened: unknown;
records.onWritten(({ kind, item }) => {
  if (kind === 'point') opened = item?.['execution'];
});

const judged = (by = checker): readonly string[] => by.judge({ stage });

/** Somebody presses Stop while it captures. */
async function stopped(): Promise<Execution> {
  const execution = stage.start(HOME, 'backup', { cluster: 'documents' });
  await stage.cloud.world.runWhile(() => execution.status === 'RUNNING' && opened !== execution.arn);
  stage.cloud.states.stop(execution);
  await stage.run(hours(1));
  return execution;
}

beforeAll(async () => {
  blueprint = await Blueprint.of(FILES);
  stage = blueprint.stage(SEED, records);
  records.begin({ stage });
  checker.begin({ stage, began: START });
  stage.files.get('documents')!.scheduleDay(1);
  await stage.run(days(1));
});
afterAll(() => blueprint?.close());

describe('failures-announced', () => {
  it('is content with a backup that was stopped, because event, alarm and mail said so', async () => {
    await stopped();
    expect(judged(), seed).toEqual([]);
    expect(checker.judged, seed).toMatchObject({ executions: 1, records: 1, missed: 0 });
  });

  it('is content with an answer that was refused: whoever gave it sees that, and nothing rings', async () => {
    const { error } = await stage.execute(HOME, 'answer', {
      approval: 'unheard-of',
      answer: 'yes',
      by: 'ann',
    });
    expect(error).toBe('UnknownApproval');
    await stage.run(hours(1));
    expect(judged(), seed).toEqual([]);
  });

  it('sees an execution and a point that ended badly, and of which no event was heard', () => {
    deaf.begin({ stage, began: START });
    expect(judged(deaf), seed).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/of holdfast-backup in eu-west-1 ended ABORTED at .*, and no event said so/),
        expect.stringMatching(/documents point#\S+ became quarantined at .*, and no event said so/),
      ]),
    );
  });

  it('sees an alarm that nobody heard, and an alert that no mail carried', async () => {
    const topics = stage.cloud.topics as unknown as { publishTo: (...message: string[]) => string };
    const publish = topics.publishTo.bind(topics);
    topics.publishTo = () => 'lost';
    await stopped();
    topics.publishTo = publish;
    expect(judged(), seed).toEqual([
      expect.stringMatching(/^RecoveryPointQuarantined of .* in eu-west-1 reached nobody by /),
      expect.stringMatching(/^the alarm holdfast-machine-backup in eu-west-1 rang at .*no word of it$/),
    ]);
  });

  it('sees runs that did not happen, and objectives that are missed, when nothing says so', async () => {
    const before = new Set(judged());
    const { scheduler, account } = stage.cloud;
    const remove = (region: string, name: string) =>
      scheduler.call(
        'DeleteSchedule',
        { Name: name, GroupName: SCHEDULE_GROUP },
        { account, region, principal: 'root', now: stage.now },
      );
    remove(HOME, 'files.fourhourly');
    remove(AWAY, 'watch-objectives');
    await stage.run(hours(14));
    await stage.run(minutes(50));
    const found = judged().filter((violation) => !before.has(violation));
    expect(
      found.filter((violation) => violation.includes('was never started')),
      seed,
    ).toHaveLength(4);
    expect(
      found.filter((violation) => violation.includes('the objective of documents was missed')),
      seed,
    ).toEqual([
      expect.stringMatching(/in eu-central-1 from .*, and no event said so/),
      expect.stringMatching(/in eu-central-1 from .*, and the alarm was silent/),
    ]);
  });
});
