import { milliseconds } from '../../core/time/instant.ts';
import type { Daylight } from '../clock/daylight.ts';
import type { World } from '../clock/world.ts';
import { uuid } from '../random/uuid.ts';
import { AwsError, type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';
import type { Deliveries, Resilience } from './delivery.ts';
import { readEntry } from './entries.ts';
import type { AwsEvent } from './event.ts';
import { type InputChoice, targetInput } from './input.ts';
import { compilePattern } from './pattern.ts';

/** A target in the words of PutTargets and of CloudFormation. */
export interface RuleTarget extends InputChoice, Resilience {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
}

export interface RuleSettings {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Name or ARN. @default the default bus of the region */
  readonly bus?: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly targets: readonly RuleTarget[];
  /** @default ENABLED */
  readonly state?: 'ENABLED' | 'DISABLED';
}

interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly settings: RuleSettings;
  readonly matches: (event: object) => boolean;
}

interface Bus {
  readonly region: string;
  readonly rules: Map<string, Rule>;
}

interface EventsParts {
  readonly world: World;
  readonly daylight: Daylight;
  readonly account: string;
  readonly deliveries: Deliveries;
  /** A bus may take a call and reject an entry: the ErrorCode that it answers. */
  readonly rejects?: (type: string, busArn: string) => string | undefined;
}

/** Sees every event that a bus accepted. */
export type Watcher = (event: AwsEvent, busArn: string) => void;

/** eb-quota.html */
const TARGETS_PER_RULE = 5;
const ENTRIES = 10;
const REQUEST_BYTES = 262_144;
const TARGET_MEMBERS = [
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'RetryPolicy',
  'DeadLetterConfig',
];

/**
 * EventBridge, the classic buses: rules with event patterns, targets with input transformation, retries and
 * dead-letter queues.
 *
 * Does not model: archives and replays, schedules on rules (see Scheduler), pipes, schemas, bus policies (nothing from another account comes in), endpoints.
 */
export class Events implements EmbeddedService {
  readonly name = 'eventbridge';
  readonly #parts: EventsParts;
  readonly #buses = new Map<string, Bus>();
  readonly #watchers: Watcher[] = [];

  constructor(parts: EventsParts) {
    this.#parts = parts;
  }

  watch(watcher: Watcher): void {
    this.#watchers.push(watcher);
  }

  busArn(region: string, name = 'default'): string {
    return name.startsWith('arn:')
      ? name
      : `arn:aws:events:${region}:${this.#parts.account}:event-bus/${name}`;
  }

  createBus(region: string, name: string): string {
    const arn = this.busArn(region, name);
    if (!this.#buses.has(arn)) this.#buses.set(arn, { region, rules: new Map() });
    return arn;
  }

  putRule(settings: RuleSettings): string {
    const { name, region, account, bus, targets } = settings;
    const busArn = this.busArn(region, bus);
    const on = this.#bus(busArn);
    if (!on) throw new AwsError('ResourceNotFoundException', `Event bus ${busArn} does not exist.`);
    if (targets.length > TARGETS_PER_RULE)
      throw new AwsError(
        'LimitExceededException',
        `The requested resource exceeds the maximum number allowed: ${name} has ${targets.length} targets`,
      );
    for (const target of targets) onlyModelled('events', `PutTargets of ${name}`, target, TARGET_MEMBERS);
    const busName = busArn.split('/').at(-1)!;
    const path = busName === 'default' ? name : `${busName}/${name}`;
    const arn = `arn:aws:events:${region}:${account}:rule/${path}`;
    on.rules.set(name, { name, arn, settings, matches: compilePattern(settings.pattern) });
    return arn;
  }

  /** Takes an event of an AWS service for the default bus of its region. */
  emit(event: AwsEvent): void {
    this.accept(event, this.busArn(event.region));
  }

  /** Takes an event for a bus; its deliveries follow within a second. */
  accept(event: AwsEvent, busArn: string): void {
    const bus = this.#bus(busArn);
    if (!bus) throw new AwsError('ResourceNotFoundException', `Event bus ${busArn} does not exist.`);
    for (const watcher of this.#watchers) watcher(event, busArn);
    for (const rule of bus.rules.values())
      if (rule.settings.state !== 'DISABLED' && rule.matches(event)) this.#dispatch(rule, bus, event);
  }

  call(operation: string, input: object, call: Call): object {
    if (operation !== 'PutEvents') throw new NotModelled('events', operation);
    onlyModelled('events', operation, input, ['Entries']);
    const { Entries: entries } = input as { Entries: readonly object[] };
    if (entries.length < 1 || entries.length > ENTRIES)
      throw new AwsError(
        'ValidationException',
        `1 to ${ENTRIES} entries are allowed; received ${entries.length}`,
      );
    const read = entries.map((entry) =>
      readEntry(entry, call, () => uuid(this.#parts.world.random('events.ids'))),
    );
    if (read.reduce((sum, { bytes }) => sum + bytes, 0) > REQUEST_BYTES)
      throw new AwsError(
        'ValidationException',
        'Total size of the entries in the request is over the limit.',
      );
    const answers = read.map((entry) => {
      if (!('event' in entry)) return entry.refused;
      const busArn = this.busArn(call.region, entry.bus);
      if (!this.#bus(busArn))
        return {
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: `Event bus ${busArn} does not exist.`,
        };
      const rejected = this.#parts.rejects?.(entry.event['detail-type'], busArn);
      if (rejected) return { ErrorCode: rejected, ErrorMessage: 'the entry was not taken' };
      this.accept(entry.event, busArn);
      return { EventId: entry.event.id };
    });
    return { Entries: answers, FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length };
  }

  #bus(arn: string): Bus | undefined {
    const known = this.#buses.get(arn);
    if (known || !arn.endsWith(':event-bus/default')) return known;
    this.createBus(arn.split(':')[3]!, arn);
    return this.#buses.get(arn);
  }

  #dispatch(rule: Rule, bus: Bus, event: AwsEvent): void {
    const { world, deliveries } = this.#parts;
    const since = world.now();
    for (const target of rule.settings.targets) {
      const toBus = target.Arn.split(':')[2] === 'events';
      const payload = toBus ? JSON.stringify(event) : targetInput(target, event, rule, since);
      const from = { service: 'events' as const, region: bus.region, arn: rule.arn };
      const service = { service: 'events.amazonaws.com', sourceArn: rule.arn };
      const parcel = {
        from,
        target: target.Arn,
        acting: { ...service, role: target.RoleArn },
        // Its dead-letter queue lets a rule in by the queue's own policy (eb-rule-dlq.html).
        deadLetterActing: service,
        payload: () => payload,
        since,
        resilience: target,
      };
      const latency = milliseconds(world.random('events.latency').between(100, 600));
      world.after(latency, () => deliveries.deliver(parcel));
    }
  }
}
