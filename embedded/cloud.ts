import { registerTransport } from '../adapters/aws/clients.ts';
import { registerWays } from '../adapters/network/ways.ts';
import { type Instant, milliseconds } from '../core/time/instant.ts';
import { Daylight } from './clock/daylight.ts';
import { everyMidnight } from './clock/midnight.ts';
import { World } from './clock/world.ts';
import { DynamoDb } from './dynamodb/service.ts';
import { ec2In } from './ec2/in-cloud.ts';
import type { Ec2 } from './ec2/service.ts';
import type { CallAws } from './ecs/container.ts';
import { Ecs } from './ecs/service.ts';
import { Deliveries } from './events/delivery.ts';
import { Events } from './events/events.ts';
import { Scheduler } from './events/scheduler.ts';
import { Targets } from './events/targets.ts';
import { tryingIn } from './events/trying.ts';
import { type Interference, together } from './faults/hooks.ts';
import type { Functions } from './functions/functions.ts';
import { functionsIn } from './functions/in-cloud.ts';
import { Iam } from './iam/iam.ts';
import { surroundingsOf } from './iam/surroundings.ts';
import { Kms } from './kms/kms.ts';
import { Logs } from './logs/logs.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { taskOf } from './monitoring/task-name.ts';
import { diallerNow, Network } from './network/network.ts';
import { Queues } from './queue/queues.ts';
import { Topics } from './queue/topics.ts';
import { EmbeddedRds } from './rds/service.ts';
import { RdsData } from './rds-data/service.ts';
import { Route53 } from './route53/route53.ts';
import { S3 } from './s3/s3.ts';
import { type Caller, callingAs, ownerNow } from './sdk/owners.ts';
import { embeddedTransport, type TransportOf } from './sdk/transport.ts';
import { Secrets } from './secrets/secrets.ts';
import type { EmbeddedService } from './service.ts';
import { Ssm } from './ssm/ssm.ts';
import { States } from './states/states.ts';

export interface CloudOptions {
  readonly start: Instant;
  /** Fixes every draw of chance. */
  readonly seed: number;
  readonly account: string;
  /** What happens around calls besides their effect, and between them. @default nothing */
  readonly disturbances?: readonly Interference[];
}

/** A replicated write reaches the other region within this, as a rule (global tables: usually within a second). */
const REPLICATION_LAG_MS: readonly [number, number] = [150, 900];

/**
 * AWS in one process: the services that Holdfast calls, in all regions of one account, on one virtual clock. What is
 * deployed into it comes from synthesized templates (`cloudformation/provider.ts`).
 */
export class EmbeddedCloud {
  readonly account: string;
  readonly world: World;
  readonly daylight: Daylight;
  readonly s3: S3;
  readonly kms: Kms;
  readonly dynamodb: DynamoDb;
  readonly rds: EmbeddedRds;
  readonly functions: Functions;
  readonly states: States;
  readonly events: Events;
  readonly scheduler: Scheduler;
  readonly queues: Queues;
  readonly topics: Topics;
  readonly monitoring: Monitoring;
  readonly iam: Iam;
  readonly ec2: Ec2;
  readonly ecs: Ecs;
  readonly logs: Logs;
  readonly secrets: Secrets;
  readonly ssm = new Ssm();
  readonly route53 = new Route53();
  /** What is reached from inside a VPC only. */
  readonly network: Network;
  readonly #transportOf: TransportOf;
  readonly #dark = new Set<string>();
  readonly isDark = (region: string): boolean => this.#dark.has(region);

  constructor({ start, seed, account, disturbances = [] }: CloudOptions) {
    this.account = account;
    const world = new World(start, seed);
    const around = together(disturbances);
    const { replicationLag, refuseEntry, redeliver, ...faults } = around;
    const { isDark } = this;
    const daylight = new Daylight(world, isDark);
    this.world = world;
    this.daylight = daylight;
    this.kms = new Kms(world.random('kms'));
    this.s3 = new S3({
      random: world.random('s3'),
      kms: this.kms,
      onEvent: (event) => {
        if (!around.loseObjectEvent(event.detail.object.key)) this.events.emit(event);
      },
      isDark,
    });
    this.dynamodb = new DynamoDb({
      replication: {
        after: (delay, work) => world.after(delay, work),
        lag: () => replicationLag(milliseconds(world.random('dynamodb.lag').between(...REPLICATION_LAG_MS))),
        isDark,
      },
    });
    this.rds = new EmbeddedRds({
      chance: world.random('rds'),
      account,
      checkKey: (region, key) => void this.kms.check(region, key, 'CreateGrant', world.now()),
      isDark,
    });

    const targets = new Targets(
      () => ({
        lambda: this.functions,
        states: this.states,
        sqs: this.queues,
        sns: this.topics,
        events: this.events,
      }),
      (acting, action, resource) => this.iam.act(acting, action, resource),
    );
    const trying = tryingIn(world);
    const deliveries = new Deliveries({ world, daylight, targets, faults });
    this.topics = new Topics({
      world,
      send: (sourceArn, target, payload) =>
        trying(`sns: ${sourceArn} lost a message`, () =>
          targets.send({ service: 'sns.amazonaws.com', sourceArn }, target, payload),
        ),
    });
    this.monitoring = new Monitoring({
      world,
      daylight,
      account,
      service: ({ name }) => taskOf(name),
      notify: (topic, message, subject, sourceArn) =>
        trying(`cloudwatch: the action of ${sourceArn} failed`, () => {
          this.iam.act({ service: 'cloudwatch.amazonaws.com', sourceArn }, 'sns:Publish', topic);
          this.topics.publishTo(topic, message, subject);
        }),
    });
    this.queues = new Queues({
      world,
      redeliver,
      measure: ({ name, region }, metric, value) =>
        this.monitoring.put(
          { region, namespace: 'AWS/SQS', name: metric, dimensions: { QueueName: name } },
          value,
          'level',
        ),
    });
    this.events = new Events({ world, daylight, account, deliveries, rejects: refuseEntry });
    this.scheduler = new Scheduler({ world, account, deliveries });
    this.functions = functionsIn(this, around, ({ name, arn, role }, target, payload, attributes) =>
      trying(`lambda: ${name} lost an event`, () =>
        targets.send({ service: 'lambda.amazonaws.com', sourceArn: arn, role }, target, payload, attributes),
      ),
    );
    this.states = new States({
      world,
      daylight,
      integrations: { invoke: (arn, payload) => this.functions.invoke(arn, payload) },
      permit: ({ arn, role }, action, resource) =>
        this.iam.act({ service: 'states.amazonaws.com', sourceArn: arn, role }, action, resource),
      emit: (event) => this.events.emit(event),
      measure: ({ arn, region }, metric, value) =>
        this.monitoring.put(
          { region, namespace: 'AWS/States', name: metric, dimensions: { StateMachineArn: arn } },
          value,
        ),
    });
    this.iam = new Iam(surroundingsOf(this));
    this.ec2 = ec2In(this);
    this.logs = new Logs(world);
    this.secrets = new Secrets(world, account);
    this.network = new Network({ world, isDark, faults: around });
    const callAs = (caller: Caller) => this.callAs(caller);
    this.ecs = new Ecs({ world, faults, callAs, iam: this.iam, logs: this.logs });

    const services: readonly EmbeddedService[] = [
      this.s3,
      this.kms,
      this.dynamodb,
      this.rds,
      new RdsData({
        databaseOf: (arn, now) => this.rds.databaseOf(arn, now),
        secretOf: (region, arn) => this.secrets.valueOf(region, arn),
      }),
      this.functions,
      this.states,
      this.events,
      this.scheduler,
      this.queues,
      this.topics,
      this.monitoring,
      this.logs,
      this.secrets,
      this.ssm,
      this.route53,
      this.ecs,
      this.ec2,
    ];
    this.#transportOf = embeddedTransport({
      world,
      account,
      services: new Map(services.map((service) => [service.name, service])),
      isDark,
      authorize: (attempt) => this.iam.authorize(attempt),
      disturbances,
    });
    registerTransport((...client) => this.#transportOf(ownerNow(account))(...client));
    registerWays(() => this.network.wayOf(diallerNow()));
    // What AWS does about once a day by itself: lifecycle rules at midnight UTC, and the sweep of expired items.
    everyMidnight(world, (now) => {
      this.s3.runLifecycle(now);
      this.dynamodb.sweepTtl(now, isDark);
    });
  }

  /** Calls of anybody, without an SDK client: with the same latency, darkness, faults and permissions. */
  callAs(caller: Caller): CallAws {
    return callingAs(this.#transportOf, caller);
  }

  /** Nothing in the region answers, and nothing in it runs, until it is back. */
  loseRegion(region: string): void {
    this.#dark.add(region);
    this.functions.kill({ region });
    this.rds.loseRegion(region, this.world.now());
    this.ecs.loseRegion(region);
    this.ec2.loseRegion(region, this.world.now());
    this.world.log(`region ${region} is dark`);
  }

  bringBack(region: string): void {
    this.#dark.delete(region);
    this.dynamodb.resume(this.world.now());
    this.world.log(`region ${region} is back`);
  }

  /** Ends this cloud's hold on the process, so that another one can take its place. */
  close(): void {
    registerTransport(undefined);
    registerWays(undefined);
  }
}
