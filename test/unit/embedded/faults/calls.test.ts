import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { hours, later, seconds } from '../../../../core/time/instant.ts';
import type { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import { Deliveries } from '../../../../embedded/events/delivery.ts';
import { Targets } from '../../../../embedded/events/targets.ts';
import type { FaultKind } from '../../../../embedded/faults/mix.ts';
import { DISTURBED, NOT_DISTURBED } from '../../../../embedded/faults/refusals.ts';
import { EventSource } from '../../../../embedded/queue/event-source.ts';
import { ACCOUNT, ARN, disturbedCloud, HOME } from './disturbed-cloud.ts';

let open: EmbeddedCloud | undefined;
afterEach(() => open?.close());

function scene(seed: number, ...only: FaultKind[]) {
  const made = disturbedCloud(seed, { only });
  open = made.cloud;
  return made;
}

it('every service that a function of the simulated installation calls may refuse its calls', () => {
  const sources = readdirSync('lambdas', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(`lambdas/${name}`, 'utf8'));
  const called = sources.flatMap((text) =>
    [...text.matchAll(/new \w+Client\(.*?\),\s+'([\w-]+)'/g)].map(([, service]) => service),
  );
  expect([...new Set(called)].toSorted()).toEqual([...DISTURBED, ...NOT_DISTURBED].toSorted());
});

describe('a call that is never answered', () => {
  const ends = async (seed: number) => {
    const { faults, put } = scene(seed, 'killed-at-deadline');
    for (let n = 0; n < 2_000; n++) {
      const last = await put(`object-${n}`);
      if (faults.injected.get('killed-at-deadline')! > 0) return last;
    }
    throw new Error(`seed ${seed} never hit it; choose another one`);
  };

  it('ends its function at its time limit, with the effect or without it', async () => {
    const seen = new Set<boolean>();
    for (let seed = 1; seed < 12; seed++) {
      const { outcome, stored } = await ends(seed);
      expect(outcome).toMatchObject({ ok: false, error: 'Sandbox.Timedout' });
      seen.add(stored);
      open?.close();
    }
    expect(seen).toEqual(new Set([true, false]));
  });
});

it('a kill takes the one run whose call it is, and not the others of its function', async () => {
  const { cloud, faults } = scene(3, 'killed-before-call');
  const outcomes = [];
  for (let n = 0; n < 100; n++) {
    const keys = Array.from({ length: 10 }, (_, nth) => `${n}/${nth}`);
    const all = Promise.all(keys.map((key) => cloud.functions.invoke(ARN, JSON.stringify({ key }))));
    await cloud.world.runUntil(later(cloud.world.now(), seconds(30)));
    outcomes.push(...(await all));
  }
  const killed = outcomes.filter(({ ok }) => !ok).length;
  expect(killed).toBeGreaterThan(0);
  expect(killed).toBe(faults.injected.get('killed-before-call'));
});

it('an entry that PutEvents refuses is answered with 200 and its own code, and is not delivered', () => {
  const { cloud, faults } = scene(1, 'put-events-partly-refused');
  const heard: string[] = [];
  cloud.events.watch((event) => heard.push(event.id));
  const entry = { Source: 'holdfast', DetailType: 'Told', Detail: '{}' };
  const codes = new Set<string>();
  let taken = 0;
  for (let n = 0; n < 400; n++) {
    const call = { account: ACCOUNT, region: HOME, principal: 'root', now: cloud.world.now() };
    const answer = cloud.events.call('PutEvents', { Entries: [entry, entry] }, call) as {
      readonly FailedEntryCount: number;
      readonly Entries: readonly { readonly EventId?: string; readonly ErrorCode?: string }[];
    };
    const refused = answer.Entries.flatMap(({ ErrorCode }) => ErrorCode ?? []);
    expect(answer.FailedEntryCount).toBe(refused.length);
    for (const code of refused) codes.add(code);
    taken += 2 - refused.length;
  }
  expect(heard).toHaveLength(taken);
  expect(800 - taken).toBe(faults.injected.get('put-events-partly-refused'));
  expect(codes).toEqual(new Set(['InternalFailure', 'ThrottlingException']));
});

it('late deliveries are overtaken by later ones', async () => {
  const { cloud, faults } = scene(1, 'delivered-late');
  const { world, daylight } = cloud;
  const order: number[] = [];
  const sqs = { sendTo: (_: string, body: string) => String(order.push(Number(body))) };
  const deliveries = new Deliveries({ world, daylight, targets: new Targets(() => ({ sqs })), faults });
  const target = `arn:aws:sqs:${HOME}:${ACCOUNT}:q`;
  for (let n = 0; n < 200; n++) {
    const from = { service: 'events' as const, region: HOME, arn: 'the rule' };
    const acting = { service: 'events.amazonaws.com', sourceArn: from.arn };
    deliveries.deliver({
      ...{ from, target, acting, deadLetterActing: acting, resilience: {} },
      ...{ payload: () => `${n}`, since: world.now() },
    });
    await world.runUntil(later(world.now(), seconds(1)));
  }
  await world.runUntil(later(world.now(), hours(25)));
  expect(order).toHaveLength(200);
  expect(order).not.toEqual(order.toSorted((a, b) => a - b));
});

describe('a queue', () => {
  it('that nobody consumes leaves redelivery out of the mix', () => {
    const { faults } = scene(1, 'queue-redelivery');
    expect(faults.mix.get('queue-redelivery')).toBe(0);
    expect(faults.neverHit).toEqual([]);
  });

  it('that a function consumes hands messages out again, until everything heals', async () => {
    const made = disturbedCloud(1, { only: ['queue-redelivery'], consumed: true });
    open = made.cloud;
    const { cloud, faults } = made;
    const { world, daylight } = cloud;
    const queue = cloud.queues.queue(`arn:aws:sqs:${HOME}:${ACCOUNT}:work`)!;
    const handled: string[] = [];
    const invoke = async (_: string, payload: string) => {
      for (const { body } of (JSON.parse(payload) as { Records: { body: string }[] }).Records)
        handled.push(body);
      return { ok: true, payload: 'null' } as const;
    };
    new EventSource({ world, daylight, invoke }, { queue, functionArn: ARN });
    for (let n = 0; n < 100; n++) queue.send(`${n}`);
    await world.runUntil(later(world.now(), hours(1)));
    expect(new Set(handled).size).toBe(100);
    expect(handled.length).toBeGreaterThan(100);
    expect(faults.injected.get('queue-redelivery')).toBeGreaterThanOrEqual(handled.length - 100);
    faults.heal();
    await world.runUntil(later(world.now(), hours(1)));
    expect(queue.messages).toEqual([]);
  });
});
