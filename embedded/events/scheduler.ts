import { type Instant, instant, iso, later, seconds, wholeSecond } from '../../core/time/instant.ts';
import type { Timer } from '../clock/event-queue.ts';
import type { World } from '../clock/world.ts';
import { uuid } from '../random/uuid.ts';
import { AwsError, type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';
import type { Deliveries, Resilience } from './delivery.ts';
import { type Occurrences, occurrences } from './schedule-expression.ts';

/** A schedule in the words of CreateSchedule and of CloudFormation. */
export interface ScheduleInput {
  readonly Name: string;
  readonly GroupName?: string;
  readonly Description?: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly FlexibleTimeWindow: {
    readonly Mode: 'OFF' | 'FLEXIBLE';
    readonly MaximumWindowInMinutes?: number;
  };
  readonly Target: Resilience & { readonly Arn: string; readonly RoleArn: string; readonly Input?: string };
  readonly State?: 'ENABLED' | 'DISABLED';
  readonly StartDate?: Date | string;
  readonly EndDate?: Date | string;
}

interface Schedule {
  readonly arn: string;
  readonly region: string;
  readonly input: ScheduleInput;
  readonly occurrences: Occurrences;
  timer: Timer | undefined;
}

interface SchedulerParts {
  readonly world: World;
  readonly account: string;
  readonly deliveries: Deliveries;
}

const MEMBERS = [
  'Name',
  'GroupName',
  'Description',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'FlexibleTimeWindow',
  'Target',
  'State',
  'StartDate',
  'EndDate',
];
const TARGET_MEMBERS = ['Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig'];

/**
 * EventBridge Scheduler: rate, cron and one-time schedules in their time zone, delivered at least once, within the
 * minute or the flexible window, with the scheduled time in the payload.
 *
 * Does not model: schedule groups beyond their name, deletion after completion, universal targets, KMS keys.
 */
export class Scheduler implements EmbeddedService {
  readonly name = 'scheduler';
  readonly #parts: SchedulerParts;
  readonly #schedules = new Map<string, Schedule>();

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  /** Creates or replaces a schedule. */
  putSchedule(region: string, input: ScheduleInput): string {
    onlyModelled('scheduler', 'CreateSchedule', input, MEMBERS);
    onlyModelled('scheduler', 'CreateSchedule.Target', input.Target, TARGET_MEMBERS);
    const { Mode: mode, MaximumWindowInMinutes: window } = input.FlexibleTimeWindow;
    if (mode === 'FLEXIBLE' && !(window && window >= 1 && window <= 1_440))
      throw new AwsError('ValidationException', `MaximumWindowInMinutes is 1 to 1,440; received ${window}`);
    const { world } = this.#parts;
    const arn = this.#arn(region, input.Name, input.GroupName);
    this.#schedules.get(arn)?.timer?.cancel();
    const frame = {
      timeZone: input.ScheduleExpressionTimezone ?? 'UTC',
      createdAt: world.now(),
      startDate: dateOf(input.StartDate),
    };
    const read = occurrences(input.ScheduleExpression, frame);
    const schedule: Schedule = { arn, region, input, occurrences: read, timer: undefined };
    this.#schedules.set(arn, schedule);
    if (input.State !== 'DISABLED')
      this.#arm(schedule, instant(Math.max(world.now(), frame.startDate ?? 0) - 1));
    return arn;
  }

  call(operation: string, input: object, call: Call): object {
    const { Name: name = '', GroupName: group } = input as Partial<ScheduleInput>;
    const arn = this.#arn(call.region, name, group);
    switch (operation) {
      case 'CreateSchedule':
        if (this.#schedules.has(arn))
          throw new AwsError('ConflictException', `Schedule ${name} already exists.`, { status: 409 });
        return { ScheduleArn: this.putSchedule(call.region, input as ScheduleInput) };
      case 'UpdateSchedule':
        this.#find(arn);
        return { ScheduleArn: this.putSchedule(call.region, input as ScheduleInput) };
      case 'GetSchedule':
        return { Arn: arn, State: 'ENABLED', ...this.#find(arn).input };
      case 'DeleteSchedule':
        this.#find(arn).timer?.cancel();
        this.#schedules.delete(arn);
        return {};
      case 'ListSchedules':
        return {
          Schedules: [...this.#schedules.values()].filter((s) => s.region === call.region).map(summary),
        };
      default:
        throw new NotModelled('scheduler', operation);
    }
  }

  #arn(region: string, name: string, group = 'default'): string {
    return `arn:aws:scheduler:${region}:${this.#parts.account}:schedule/${group}/${name}`;
  }

  #find(arn: string): Schedule {
    const schedule = this.#schedules.get(arn);
    if (schedule) return schedule;
    throw new AwsError('ResourceNotFoundException', `Schedule ${arn.split('/').at(-1)} does not exist.`, {
      status: 404,
    });
  }

  #arm(schedule: Schedule, after: Instant): void {
    const at = schedule.occurrences.next(after);
    const last = dateOf(schedule.input.EndDate);
    schedule.timer = undefined;
    if (at === undefined || (last !== undefined && at > last)) return;
    schedule.timer = this.#parts.world.at(at, () => {
      this.#occur(schedule, at);
      this.#arm(schedule, at);
    });
  }

  /** Within the minute, or anywhere in the flexible window; the payload names the scheduled time all the same. */
  #occur(schedule: Schedule, scheduled: Instant): void {
    const { world, deliveries } = this.#parts;
    const { Target: target, FlexibleTimeWindow: flexible } = schedule.input;
    const window = flexible.Mode === 'FLEXIBLE' ? (flexible.MaximumWindowInMinutes ?? 1) * 60 : 59;
    const chance = world.random('scheduler.delay');
    const delay = seconds(chance.between(0, window));
    const execution = uuid(world.random('scheduler.ids'));
    const payload = (attempt: number): string =>
      (target.Input ?? '{}')
        .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
        .replaceAll('<aws.scheduler.scheduled-time>', iso(wholeSecond(scheduled)))
        .replaceAll('<aws.scheduler.execution-id>', execution)
        .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
    const from = { service: 'scheduler' as const, region: schedule.region, arn: schedule.arn };
    const acting = {
      service: 'scheduler.amazonaws.com',
      sourceArn: schedule.arn.replace(/:schedule\/([^/]+)\/.*$/, ':schedule-group/$1'),
      role: target.RoleArn,
    };
    const parcel = {
      from,
      target: target.Arn,
      acting,
      deadLetterActing: acting,
      payload,
      since: later(scheduled, delay),
      resilience: target,
    };
    world.after(delay, () => deliveries.deliver(parcel));
  }
}

const summary = ({ arn, input }: Schedule): object => ({
  Arn: arn,
  Name: input.Name,
  GroupName: input.GroupName ?? 'default',
  State: input.State ?? 'ENABLED',
  Target: { Arn: input.Target.Arn },
});

const dateOf = (date: Date | string | undefined): Instant | undefined =>
  date === undefined ? undefined : instant(new Date(date).getTime());
