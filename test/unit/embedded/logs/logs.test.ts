import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../../../adapters/aws/clients.ts';
import { minutes, seconds } from '../../../../core/time/instant.ts';
import { NotModelled } from '../../../../embedded/service.ts';
import { Fargate, HERE } from '../ecs/fargate.ts';

const LOG = { group: '/jobs', streamPrefix: 'job' };
let on: Fargate;
let client: CloudWatchLogsClient;
let stream: string;
afterEach(() => on.cloud.close());

/** A task that says these lines, one a second, from the moment when it runs. */
async function saying(...lines: string[]): Promise<string> {
  on = new Fargate();
  on.define({ log: LOG });
  on.cloud.ecs.addImage('tools/job', async (run) => {
    for (const line of lines) {
      run.print(line);
      await run.sleep(seconds(1));
    }
    await run.sleep(minutes(10));
    return 0;
  });
  client = connect(new CloudWatchLogsClient({ region: HERE }), 'cloudwatch-logs', HERE);
  const task = await on.started();
  stream = `job/main/${task.split('/').at(-1)}`;
  await on.until(task, 'RUNNING');
  return task;
}

const read = (request: object = {}) =>
  on.settled(
    client.send(
      new GetLogEventsCommand({
        logGroupName: '/jobs',
        logStreamName: stream,
        startFromHead: true,
        ...request,
      }),
    ),
  );
const messages = async (request?: object) => (await read(request)).events!.map(({ message }) => message);

describe('the log stream of a container', () => {
  it('has its lines in order, each about a second or two after it was printed', async () => {
    await saying('one', 'two', 'three');
    await on.pass(seconds(20));
    const { events } = await read();
    expect(events!.map(({ message }) => message)).toEqual(['one', 'two', 'three']);
    for (const { timestamp, ingestionTime } of events!) {
      expect(ingestionTime! - timestamp!).toBeGreaterThanOrEqual(seconds(0.8));
      expect(ingestionTime! - timestamp!).toBeLessThanOrEqual(seconds(2));
    }
  });

  it('does not show what was printed just now', async () => {
    const task = await saying();
    await on.until(task, 'RUNNING');
    on.cloud.logs.write({ region: HERE, group: '/jobs', stream }, 'late');
    expect(await messages()).toEqual([]);
    await on.pass(seconds(3));
    expect(await messages()).toEqual(['late']);
  });

  it('is read page by page, and the token of the end comes back as it is', async () => {
    await saying('a', 'b', 'c', 'd', 'e');
    await on.pass(seconds(20));
    const pages: (string | undefined)[][] = [];
    let nextToken: string | undefined;
    for (;;) {
      const page = await read({ limit: 2, nextToken });
      if (page.nextForwardToken === nextToken) break;
      pages.push(page.events!.map(({ message }) => message));
      nextToken = page.nextForwardToken;
    }
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    on.cloud.logs.write({ region: HERE, group: '/jobs', stream }, 'f');
    await on.pass(seconds(3));
    expect(await messages({ nextToken })).toEqual(['f']);
  });

  it('begins with its newest lines without startFromHead, and goes back from there', async () => {
    await saying('a', 'b', 'c');
    await on.pass(seconds(20));
    const newest = await read({ startFromHead: undefined, limit: 2 });
    expect(newest.events!.map(({ message }) => message)).toEqual(['b', 'c']);
    expect(await messages({ nextToken: newest.nextBackwardToken, limit: 2 })).toEqual(['a']);
  });

  it('keeps what a container said after it is gone', async () => {
    const task = await saying('last words');
    await on.stop(task);
    await on.until(task, 'STOPPED');
    expect(await messages()).toEqual(['last words']);
  });
});

describe('a request for what is not there', () => {
  it.each([
    ['an unknown stream', { logStreamName: 'job/main/0' }, 'ResourceNotFoundException'],
    ['an unknown group', { logGroupName: '/other' }, 'ResourceNotFoundException'],
    ['a token that nobody gave out', { nextToken: 'x' }, 'InvalidParameterException'],
    ['a page of 10,001 events', { limit: 10_001 }, 'InvalidParameterException'],
  ])('%s is refused by name', async (_, request, name) => {
    await saying('a');
    await expect(read(request)).rejects.toMatchObject({ name });
  });

  it('what is not modelled fails loudly', async () => {
    await saying('a');
    await expect(read({ startTime: 1 })).rejects.toThrow(NotModelled);
  });
});
