import { type Duration, instant, later } from '../../../../core/time/instant.ts';
import { Daylight } from '../../../../embedded/clock/daylight.ts';
import { World } from '../../../../embedded/clock/world.ts';
import { Deliveries, type DeliveryFaults } from '../../../../embedded/events/delivery.ts';
import { Events } from '../../../../embedded/events/events.ts';
import { Scheduler } from '../../../../embedded/events/scheduler.ts';
import { Targets } from '../../../../embedded/events/targets.ts';
import { Functions } from '../../../../embedded/functions/functions.ts';
import { Monitoring } from '../../../../embedded/monitoring/monitoring.ts';
import { Queues } from '../../../../embedded/queue/queues.ts';
import { Topics } from '../../../../embedded/queue/topics.ts';
import { States } from '../../../../embedded/states/states.ts';

export const HERE = 'eu-west-1';
export const THERE = 'eu-central-1';
export const ACCOUNT = '111122223333';

const actingFor = (service: string, sourceArn: string) => ({
  service: `${service}.amazonaws.com`,
  sourceArn,
});

/** Everything that runs things, in two regions, composed as the embedded cloud composes it. */
export function landscape(start = '2026-11-01T00:00:00Z', faults: DeliveryFaults = {}, seed = 1) {
  const world = new World(instant(Date.parse(start)), seed);
  const dark = new Set<string>();
  const daylight = new Daylight(world, (region) => dark.has(region));
  const topics = new Topics({
    world,
    send: (from, target, payload) => targets.send(actingFor('sns', from), target, payload),
  });
  const notify = (topic: string, message: string, subject: string) =>
    topics.publishTo(topic, message, subject);
  const monitoring = new Monitoring({ world, daylight, account: ACCOUNT, notify });
  const queues = new Queues({
    world,
    measure: ({ region, name }, metric, value) =>
      monitoring.put(
        { region, namespace: 'AWS/SQS', name: metric, dimensions: { QueueName: name } },
        value,
        'level',
      ),
  });
  const functions = new Functions({
    world,
    daylight,
    telemetry: monitoring.telemetry,
    deliver: (of, target, payload, attributes) =>
      targets.send(actingFor('lambda', of.arn), target, payload, attributes),
    measure: ({ region, name }, metric, value) =>
      monitoring.put(
        { region, namespace: 'AWS/Lambda', name: metric, dimensions: { FunctionName: name } },
        value,
      ),
  });
  const states = new States({
    world,
    daylight,
    integrations: functions,
    emit: (event) => events.emit(event),
  });
  const targets = new Targets(() => ({ lambda: functions, states, sqs: queues, sns: topics, events }));
  const deliveries = new Deliveries({ world, daylight, targets, faults });
  const events = new Events({ world, daylight, account: ACCOUNT, deliveries });
  const scheduler = new Scheduler({ world, account: ACCOUNT, deliveries });

  /** A function that keeps what it is given. */
  const listener = (name: string, react: (event: never) => unknown = () => null) => {
    const heard: { readonly at: string; readonly event: unknown }[] = [];
    const arn = `arn:aws:lambda:${HERE}:${ACCOUNT}:function:${name}`;
    const handle = async (event: unknown) => {
      heard.push({ at: new Date(world.now()).toISOString(), event });
      return react(event as never);
    };
    functions.createFunction({
      ...{ name, arn, account: ACCOUNT, region: HERE, role: 'role' },
      ...{ environment: {}, timeoutSeconds: 60, memoryMb: 128 },
      load: async () => ({ start: () => handle }),
    });
    return { arn, heard };
  };
  const pass = (duration: Duration) => world.runUntil(later(world.now(), duration));
  const call = (region = HERE) => ({ account: ACCOUNT, region, principal: 'person', now: world.now() });
  const queue = (name: string, region = HERE) => queues.createQueue({ name, account: ACCOUNT, region });
  return {
    ...{ world, dark, daylight, functions, states, events, scheduler, queues, topics, monitoring },
    ...{ targets, deliveries, listener, pass, call, queue },
  };
}
