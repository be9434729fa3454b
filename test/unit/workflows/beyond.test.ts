import { describe, expect, test } from 'vitest';
import { days, hours, minutes, seconds } from '../../../core/time/instant.ts';
import { machinesOf, tasksOf } from '../../../lib/constructs/machine.ts';
import { askWith, each, runMachine } from '../../../workflows/asl/beyond.ts';
import { fail, machine, succeed, task, WEATHER } from '../../../workflows/asl/build.ts';
import { draw } from '../../../workflows/asl/draw.ts';
import { page } from '../../../workflows/asl/page.ts';
import { bench, named, pathOf, type Toy, withToys } from '../embedded/states/bench.ts';

const RESTORE_EACH = machine(
  'Asks, and restores each.',
  { startAt: 'Ask', giveUpAfter: days(8) },
  {
    Ask: askWith('SealRecoveryPoint', {
      parameters: { 'group.$': '$.group' },
      into: 'answer',
      next: 'Each',
      retry: WEATHER,
      onSilence: 'Nobody answered',
      onError: 'Failed',
      within: 'withinSeconds',
    }),
    Each: each(
      {
        comment: 'Side by side.',
        items: 'members',
        select: { 'name.$': '$$.Map.Item.Value' },
        concurrency: 2,
        startAt: 'Restore',
        next: 'Done',
        onError: 'Failed',
      },
      {
        Restore: runMachine('restore', {
          name: 'name',
          input: { 'cluster.$': '$.name', to: 'latest' },
          into: 'restored',
          next: 'end',
          onError: 'Write down',
          timeout: days(4),
        }),
        'Write down': task('FailRestore', {
          into: 'ended',
          next: 'end',
          retry: WEATHER,
          onError: 'Leave it',
          timeout: minutes(2),
        }),
        'Leave it': succeed('The others go on.'),
      },
    ),
    Done: succeed('All of them.'),
    'Nobody answered': fail('NobodyAnswered', 'silence is a no'),
    Failed: fail('Failed', 'it failed'),
  },
);

const tokens = (given: string[]): Toy => (({ token }: { token: string }) => given.push(token)) as Toy;

async function run(toys: Readonly<Record<string, Toy>>, answer: boolean, members: readonly string[]) {
  const on = bench();
  const given: string[] = [];
  const arn = on.addMachine(withToys(on, RESTORE_EACH, { SealRecoveryPoint: tokens(given), ...toys })).arn;
  const execution = on.states.start(arn, {
    input: JSON.stringify({ group: 'shop', withinSeconds: 3_600, members }),
  });
  if (answer)
    on.world.after(minutes(30), () => on.states.tokens.settle(given[0]!, { output: '{"answer":"yes"}' }));
  await on.world.runWhile(() => execution.status === 'RUNNING');
  return { on, execution, given };
}

describe('a machine that asks and runs another one for each of a list', () => {
  test('goes on when it is answered; one that fails does not stop the others', async () => {
    const restored: string[] = [];
    const failed: string[] = [];
    const { execution } = await run(
      {
        MachineRestore: (({ cluster }: { cluster: string }) => {
          if (cluster === 'b') throw named('KeyUnusable', 'gone');
          restored.push(cluster);
          return {};
        }) as Toy,
        FailRestore: (({ name, error }: { name: string; error: { Error: string } }) =>
          failed.push(`${name} ${error.Error}`)) as Toy,
      },
      true,
      ['a', 'b', 'c'],
    );
    expect([execution.status, pathOf(execution).at(-1)]).toEqual(['SUCCEEDED', 'Done']);
    expect([restored.sort(), failed]).toEqual([['a', 'c'], ['b States.TaskFailed']]);
  });

  test('takes silence for a no, without asking again', async () => {
    const { execution, given, on } = await run({}, false, ['a']);
    expect([execution.error, given.length]).toEqual(['NobodyAnswered', 1]);
    const waited = on.world.now() - execution.startedAt;
    expect(waited).toBeGreaterThanOrEqual(hours(1));
    expect(waited).toBeLessThan(hours(1) + seconds(1));
  });

  test('hears of a name that is taken, where a second run would begin the work again', async () => {
    const failed: string[] = [];
    const { execution } = await run(
      {
        MachineRestore: () => ({}),
        FailRestore: (({ error }: { error: { Error: string } }) => failed.push(error.Error)) as Toy,
      },
      true,
      ['a', 'b', 'a'],
    );
    expect(execution.status).toBe('SUCCEEDED');
    expect(failed).toEqual(['StepFunctions.ExecutionAlreadyExistsException']);
  });

  test('its functions end by themselves, however long somebody takes to answer', () => {
    expect([...tasksOf(RESTORE_EACH)]).toEqual([
      ['SealRecoveryPoint', 60],
      ['FailRestore', 120],
    ]);
    expect(machinesOf(RESTORE_EACH)).toEqual(['restore']);
  });

  test('is drawn with what it does for each inside', () => {
    expect(draw(RESTORE_EACH).split('\n').slice(3)).toEqual([
      '  state "Ask" as s0',
      '  state "Each (each)" as s1 {',
      '    state "Restore" as s1x0',
      '    state "Write down" as s1x1',
      '    state "Leave it" as s1x2',
      '    [*] --> s1x0',
      '    s1x0 --> [*]: done',
      '    s1x0 --> s1x1: on error',
      '    s1x1 --> [*]: done',
      '    s1x1 --> s1x2: on error',
      '    s1x2 --> [*]: succeeded',
      '  }',
      '  state "Done" as s2',
      '  state "Nobody answered" as s3',
      '  state "Failed" as s4',
      '  [*] --> s0',
      '  s0 --> s1',
      '  s0 --> s3: on silence',
      '  s0 --> s4: on error',
      '  s1 --> s2',
      '  s1 --> s4: on error',
      '  s2 --> [*]: succeeded',
      '  s3 --> [*]: failed as NobodyAnswered',
      '  s4 --> [*]: failed as Failed',
    ]);
    const rows = page('shop', RESTORE_EACH).split('\n');
    expect(rows).toContain('| Restore | the machine `holdfast-restore` | 4 d |  |');
    expect(rows.find((row) => row.startsWith('| Ask |'))).toContain(
      '| `SealRecoveryPoint`, and waits for an answer | `$.withinSeconds` seconds |',
    );
  });
});
