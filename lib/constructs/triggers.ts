import { Duration, TimeZone } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  ContextAttribute,
  type IScheduleTarget,
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Plan, Rule } from '../../core/plan/installation.ts';
import { periodOf } from '../../core/plan/period.ts';
import { inSeconds, minutes } from '../../core/time/instant.ts';
import { allow } from '../access/statement.ts';
import { roleName, SCHEDULE_GROUP } from '../names.ts';
import {
  BEAT_AT,
  CHECK_RECEIPTS_AT,
  EXPIRE_AT,
  HEAL_LOGS_AT,
  RECONCILE_AT,
  SCRUB_AT,
  STANDBYS_AT,
  SUPERVISE_AT,
  SWEEP_AT,
  WATCH_AT,
} from './trigger-times.ts';

export interface TriggersProps {
  readonly account: string;
  readonly region: string;
  readonly undelivered: IQueue;
}

/** EventBridge Scheduler: MaximumEventAgeInSeconds is 60 to 86,400 (API_RetryPolicy.html). */
const EVENT_AGE_MAX_SECONDS = 86_400;
const RETRIES = 20;

/** What starts work by the clock. Every schedule is in one group, which is also what its role trusts. */
export class Triggers extends Construct {
  readonly #group: ScheduleGroup;
  readonly #undelivered: IQueue;
  readonly #role: Role;

  constructor(scope: Construct, id: string, { account, region, undelivered }: TriggersProps) {
    super(scope, id);
    this.#group = new ScheduleGroup(this, 'Group', { scheduleGroupName: SCHEDULE_GROUP });
    this.#undelivered = undelivered;
    this.#role = new Role(this, 'Role', {
      roleName: roleName(region, 'RunSchedules'),
      description: `Runs the schedules of Holdfast in ${region}`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': account,
            'aws:SourceArn': this.#group.scheduleGroupArn,
          },
        },
      }),
    });
    allow(this.#role, { actions: ['sqs:SendMessage'], resources: [undelivered.queueArn] });
  }

  /** One schedule per rule. The scheduled time travels along, so a late or doubled trigger means the same run. */
  addRule(plan: Plan, rule: Rule, startBackups: IFunction): void {
    allow(this.#role, { actions: ['lambda:InvokeFunction'], resources: [startBackups.functionArn] });
    const window = rule.flexibleWindow / minutes(1);
    this.#add(`${plan.name}.${rule.name}`, {
      description: `Starts the ${rule.name} backups of plan ${plan.name}`,
      cron: rule.cron,
      timeZone: plan.timeZone,
      timeWindow: window === 0 ? TimeWindow.off() : TimeWindow.flexible(Duration.minutes(window)),
      target: new LambdaInvoke(startBackups, {
        input: ScheduleTargetInput.fromObject({
          plan: plan.name,
          rule: rule.name,
          scheduledAt: ContextAttribute.scheduledTime,
        }),
        ...this.#delivery(inSeconds(periodOf(plan, rule))),
      }),
    });
  }

  addExpiry(machine: IStateMachine): void {
    allow(this.#role, { actions: ['states:StartExecution'], resources: [machine.stateMachineArn] });
    this.#add('expire', {
      description: 'Starts the expiry of this region',
      cron: EXPIRE_AT,
      target: new StepFunctionsStartExecution(machine, {
        input: ScheduleTargetInput.fromObject({}),
        ...this.#delivery(Duration.hours(1).toSeconds()),
      }),
    });
  }

  addReconciliation(machine: IStateMachine, role: 'primary' | 'recovery'): void {
    allow(this.#role, { actions: ['states:StartExecution'], resources: [machine.stateMachineArn] });
    this.#add('reconcile', {
      description: 'Compares the catalog with what is in this region',
      cron: RECONCILE_AT[role],
      target: new StepFunctionsStartExecution(machine, {
        input: ScheduleTargetInput.fromObject({}),
        ...this.#delivery(Duration.days(1).toSeconds()),
      }),
    });
  }

  addScrub(machine: IStateMachine, role: 'primary' | 'recovery'): void {
    allow(this.#role, { actions: ['states:StartExecution'], resources: [machine.stateMachineArn] });
    this.#add('verify', {
      description: 'Reads what lies in the vault of this region, within the budget of a day',
      cron: SCRUB_AT[role],
      target: new StepFunctionsStartExecution(machine, {
        input: ScheduleTargetInput.fromObject({}),
        ...this.#delivery(Duration.days(1).toSeconds()),
      }),
    });
  }

  addSupervision(machine: IStateMachine, role: 'primary' | 'recovery'): void {
    allow(this.#role, { actions: ['states:StartExecution'], resources: [machine.stateMachineArn] });
    this.#add('supervise', {
      description: 'Looks after the continuous logs of this region',
      cron: SUPERVISE_AT[role],
      target: new StepFunctionsStartExecution(machine, {
        input: ScheduleTargetInput.fromObject({}),
        ...this.#delivery((role === 'primary' ? Duration.minutes(5) : Duration.days(1)).toSeconds()),
      }),
    });
  }

  addLogHealing(healLog: IFunction): void {
    this.#call(healLog, Duration.hours(1), 'heal-logs', {
      description: 'Compares the logs of this region with those of the primary, lap by lap',
      cron: HEAL_LOGS_AT,
    });
  }

  /** One that is late is overtaken by the next, and none is tried again. The alarm on beats says when they stay away. */
  addBeat(beat: IFunction): void {
    const when = { description: 'Writes a heartbeat into every cluster that allows it', cron: BEAT_AT };
    this.#call(beat, Duration.minutes(1), 'beat', when, { scheduledAt: ContextAttribute.scheduledTime }, 0);
  }

  /** One that is late is overtaken by the next, and none is tried again. */
  addStandbys(keepStandbys: IFunction): void {
    const when = { description: 'Sees to it that the standbys of this region follow', cron: STANDBYS_AT };
    this.#call(keepStandbys, Duration.minutes(5), 'keep-standbys', when, {}, 0);
  }

  /** The drills of one plan, in the region that they run in. */
  addDrills({ name: plan, timeZone }: Plan, cron: string, startDrills: IFunction): void {
    const description = `Starts the drills of plan ${plan}`;
    const input = { plan, scheduledAt: ContextAttribute.scheduledTime };
    this.#call(startDrills, Duration.days(1), `${plan}.drills`, { description, cron, timeZone }, input);
  }

  /** Whatever became of a drill: what is left of it is removed in steps of this length, from before its deadline on. */
  addSweep(sweepDrills: IFunction): void {
    this.#call(sweepDrills, Duration.minutes(15), 'sweep-drills', {
      description: 'Removes what drills of this region left behind',
      cron: SWEEP_AT,
    });
  }

  addWatch(watchObjectives: IFunction): void {
    this.#call(watchObjectives, Duration.minutes(15), 'watch-objectives', {
      description: 'Measures the achieved RPO of every cluster in this region',
      cron: WATCH_AT,
    });
  }

  addReceiptCheck(checkReceipts: IFunction): void {
    this.#call(checkReceipts, Duration.days(1), 'check-receipts', {
      description: 'Verifies the chain of receipts of this region',
      cron: CHECK_RECEIPTS_AT,
    });
  }

  /** Calls a function by the clock, again and again until the next run of its schedule is due. */
  #call(
    called: IFunction,
    period: Duration,
    name: string,
    when: { readonly description: string; readonly cron: string; readonly timeZone?: string },
    input: object = {},
    retryAttempts = RETRIES,
  ): void {
    allow(this.#role, { actions: ['lambda:InvokeFunction'], resources: [called.functionArn] });
    const delivery = { ...this.#delivery(period.toSeconds()), retryAttempts };
    this.#add(name, {
      ...when,
      target: new LambdaInvoke(called, { input: ScheduleTargetInput.fromObject(input), ...delivery }),
    });
  }

  /** A trigger that is older than the period of its schedule has been overtaken by the next one. */
  #delivery(periodSeconds: number) {
    return {
      // CDK's targets would add rights to every version of a function; ours are on the function that is called.
      role: this.#role.withoutPolicyUpdates(),
      deadLetterQueue: this.#undelivered,
      maxEventAge: Duration.seconds(Math.min(EVENT_AGE_MAX_SECONDS, Math.max(60, periodSeconds))),
      retryAttempts: RETRIES,
    };
  }

  #add(
    name: string,
    props: {
      readonly description: string;
      readonly cron: string;
      readonly timeZone?: string;
      readonly timeWindow?: TimeWindow;
      readonly target: IScheduleTarget;
    },
  ): void {
    const schedule = new Schedule(this, name, {
      scheduleName: name,
      scheduleGroup: this.#group,
      description: props.description,
      schedule: ScheduleExpression.expression(`cron(${props.cron})`, TimeZone.of(props.timeZone ?? 'UTC')),
      timeWindow: props.timeWindow ?? TimeWindow.off(),
      target: props.target,
    });
    // Scheduler checks at creation that the role may reach the queue.
    schedule.node.addDependency(this.#role);
  }
}
