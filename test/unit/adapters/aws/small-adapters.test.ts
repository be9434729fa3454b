import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, test } from 'vitest';
import { busAnnouncer } from '../../../../adapters/aws/bus-announcer.ts';
import { connect, registerTransport, type Send } from '../../../../adapters/aws/clients.ts';
import { installationSource } from '../../../../adapters/aws/installation-source.ts';
import { sfnExecutions } from '../../../../adapters/aws/sfn-executions.ts';
import { sfnMachines } from '../../../../adapters/aws/sfn-machines.ts';
import type { HoldfastEvent } from '../../../../core/catalog/events.ts';
import { INSTALLATION, time } from '../../../support/task-world.ts';

const REGION = 'eu-west-1';

/** Clients whose operations are answered by `answer`. */
function answering(answer: Send) {
  registerTransport(() => answer);
  return {
    sfn: connect(new SFNClient({ region: REGION }), 'sfn', REGION),
    bus: connect(new EventBridgeClient({ region: REGION }), 'eventbridge', REGION),
    s3: connect(new S3Client({ region: REGION }), 's3', REGION),
  };
}
afterEach(() => registerTransport(undefined));

const named = (name: string): Error => Object.assign(new Error(`${name} from aws`), { name });

describe('starting machines', () => {
  const MACHINES = { backup: 'arn:aws:states:eu-west-1:111122223333:stateMachine:holdfast-backup' };
  const REQUEST = { cluster: 'orders' };

  /** Executions as AWS keeps them: by name, whether they have ended or not. */
  function stepFunctions() {
    const executions = new Map<string, string>();
    const answer: Send = async (operation, input) => {
      const {
        name,
        input: text,
        executionArn,
      } = input as { name: string; input: string; executionArn: string };
      if (operation === 'DescribeExecution')
        return { input: executions.get(executionArn.split(':').at(-1)!) };
      if (executions.has(name)) throw named('ExecutionAlreadyExists');
      executions.set(name, text);
      return { executionArn: `arn:${name}`, startDate: new Date(0) };
    };
    return sfnMachines(answering(answer).sfn, MACHINES);
  }

  test('a name that ran before with the same input counts as started', async () => {
    const machines = stepFunctions();
    expect(await machines.start('backup', 'a', REQUEST)).toEqual({ first: true });
    expect(await machines.start('backup', 'a', REQUEST)).toEqual({ first: false });
  });

  test('a name that stands for another request is refused, because nobody does this one', async () => {
    const machines = stepFunctions();
    await machines.start('backup', 'a', REQUEST);
    await expect(machines.start('backup', 'a', { cluster: 'billing' })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('started before with another input'),
    });
  });

  test('a throttle is a fault that the machine retries; an unknown machine is a mistake of ours', async () => {
    const { sfn } = answering(() => Promise.reject(named('ThrottlingException')));
    await expect(sfnMachines(sfn, MACHINES).start('backup', 'a', REQUEST)).rejects.toMatchObject({
      name: 'Throttled',
      retryable: true,
    });
    await expect(sfnMachines(sfn, MACHINES).start('copy', 'a', REQUEST)).rejects.toMatchObject({
      name: 'InvariantViolation',
    });
  });
});

describe('asking why a Map failed', () => {
  const asked = (failed: readonly string[]) =>
    sfnExecutions(
      answering(async (operation, input) => {
        const { mapRunArn, executionArn } = input as { mapRunArn: string; executionArn: string };
        if (operation === 'ListMapRuns') return { mapRuns: [{ mapRunArn: 'run-1' }, { mapRunArn: 'run-2' }] };
        if (operation === 'ListExecutions')
          return {
            executions: failed.includes(mapRunArn) ? [{ executionArn: `child-of-${mapRunArn}` }] : [],
          };
        return { error: 'ChecksumMismatch', cause: executionArn };
      }).sfn,
    ).failedChild('execution-1');

  test('the lap that failed knows what its child failed of', async () => {
    expect(await asked(['run-2'])).toEqual({ Error: 'ChecksumMismatch', Cause: 'child-of-run-2' });
  });

  test('no child that failed is no answer', async () => expect(await asked([])).toBeUndefined());
});

describe('announcing', () => {
  const EVENT: HoldfastEvent = {
    name: 'BackupFailed',
    cluster: 'orders',
    region: REGION,
    sentence: 'it failed',
  };

  test('an event goes out under its own name with everything it says, and an alert with its page', async () => {
    const sent: unknown[] = [];
    const { bus } = answering(async (_, input) => {
      sent.push(input);
      return { FailedEntryCount: 0, Entries: [{ EventId: '1' }] };
    });
    await busAnnouncer(bus, 'holdfast').announce(EVENT);
    expect(sent).toEqual([
      {
        Entries: [
          {
            EventBusName: 'holdfast',
            Source: 'holdfast',
            DetailType: 'BackupFailed',
            Detail: JSON.stringify({ ...EVENT, runbook: 'docs/runbooks/machine-failed.md' }),
          },
        ],
      },
    ]);
  });

  test('an entry that was rejected inside a 200 is an error', async () => {
    const { bus } = answering(async () => ({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }],
    }));
    await expect(busAnnouncer(bus, 'holdfast').announce(EVENT)).rejects.toMatchObject({
      name: 'EventRejected',
      retryable: true,
      message: 'bus holdfast rejected BackupFailed of orders: InternalFailure try again',
    });
  });
});

describe('reading the configuration', () => {
  const file = (body: string) => ({
    Body: { transformToString: async () => body },
    LastModified: new Date(time('2026-11-01T00:00:00Z')),
  });

  test('happens once per sandbox and tells since when it is in place', async () => {
    let reads = 0;
    const { s3 } = answering(async () => {
      reads++;
      return file(JSON.stringify(INSTALLATION));
    });
    const source = installationSource(s3, 'assets', 'config.json');
    await source.read();
    expect(await source.read()).toMatchObject({
      installation: { clusters: [{ name: 'orders' }, { name: 'billing' }] },
      since: time('2026-11-01T00:00:00Z'),
    });
    expect(reads).toBe(1);
  });

  test('is tried again after it failed', async () => {
    let reads = 0;
    const { s3 } = answering(async () => {
      if (reads++ === 0) throw named('SlowDown');
      return file(JSON.stringify(INSTALLATION));
    });
    const source = installationSource(s3, 'assets', 'config.json');
    await expect(source.read()).rejects.toMatchObject({ name: 'Throttled' });
    expect((await source.read()).installation.name).toBe('test');
  });
});
