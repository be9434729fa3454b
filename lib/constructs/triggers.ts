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

export interface TriggersProps {
  readonly account: string;
  readonly region: string;
  readonly undelivered: IQueue;
}

/** EventBridge Scheduler: MaximumEventAgeInSeconds is 60 to 86,400 (API_RetryPolicy.html). */
const EVENT_AGE_MAX_SECONDS = 86_400;
const RETRIES = 20;

/** Off the full hour, when everyone's schedules run. */
const EXPIRE_AT = '20 * * * ? *';
/**
 * Once a day, because what it removes is a day old at least; in the morning (UTC), when the captures and copies of a
 * night are through. The recovery regions go first: where they cleared a failed snapshot away, the run in the primary
 * copies anew an hour later.
 */
const RECONCILE_AT = { recovery: '40 9 * * ? *', primary: '40 10 * * ? *' } as const;
/**
 * Once a day, behind the captures and copies of a night and well before reconciling: a manifest that can be mended from
 * its twin is there again when that looks, and its copy need not be set aside. The recovery regions go first: what they
 * cannot mend is set aside by the run in the primary an hour later.
 */
const SCRUB_AT = { recovery: '40 7 * * ? *', primary: '40 8 * * ? *' } as const;
/**
 * As often as a log is flushed (TiKV: every 3 to 5 minutes), off the minutes at which everybody's schedules run. A
 * recovery region only truncates: once a day, when the expiry of a night is through.
 */
const SUPERVISE_AT = { primary: '3/5 * * * ? *', recovery: '10 11 * * ? *' } as const;
/** A lap each hour: a comparison begins once a day, and a long one has as many laps as it needs. */
const HEAL_LOGS_AT = '50 * * * ? *';
/** Rows are a minute apart: so is what a restore can prove. */
const BEAT_AT = '* * * * ? *';
/** A standby is some seconds behind while all is well, and fifteen minutes are what is waited before somebody is told. */
const STANDBYS_AT = '2/5 * * * ? *';
/** Off the minutes of the others. */
const SWEEP_AT = '35 * * * ? *';
const WATCH_AT = '7,22,37,52 * * * ? *';

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
    allow(this.#role, { actions: ['lambda:InvokeFunction'], resources: [beat.functionArn] });
    this.#add('beat', {
      description: 'Writes a heartbeat into every cluster that allows it',
      cron: BEAT_AT,
      target: new LambdaInvoke(beat, {
        input: ScheduleTargetInput.fromObject({ scheduledAt: ContextAttribute.scheduledTime }),
        ...this.#delivery(Duration.minutes(1).toSeconds()),
        retryAttempts: 0,
      }),
    });
  }

  /** One that is late is overtaken by the next, and none is tried again. */
  addStandbys(keepStandbys: IFunction): void {
    allow(this.#role, { actions: ['lambda:InvokeFunction'], resources: [keepStandbys.functionArn] });
    this.#add('keep-standbys', {
      description: 'Sees to it that the standbys of this region follow',
      cron: STANDBYS_AT,
      target: new LambdaInvoke(keepStandbys, {
        input: ScheduleTargetInput.fromObject({}),
        ...this.#delivery(inSeconds(minutes(5))),
        retryAttempts: 0,
      }),
    });
  }

  /** The drills of one plan, in the region that they run in. */
  addDrills({ name: plan, timeZone }: Plan, cron: string, startDrills: IFunction): void {
    const description = `Starts the drills of plan ${plan}`;
    const input = { plan, scheduledAt: ContextAttribute.scheduledTime };
    this.#call(startDrills, Duration.days(1), `${plan}.drills`, { description, cron, timeZone }, input);
  }

  /** Whatever became of a drill: nothing of it outlives its deadline by more than this and what removing takes. */
  addSweep(sweepDrills: IFunction): void {
    this.#call(sweepDrills, Duration.hours(1), 'sweep-drills', {
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

  /** Calls a function by the clock, again and again until the next run of its schedule is due. */
  #call(
    called: IFunction,
    period: Duration,
    name: string,
    when: { readonly description: string; readonly cron: string; readonly timeZone?: string },
    input: object = {},
  ): void {
    allow(this.#role, { actions: ['lambda:InvokeFunction'], resources: [called.functionArn] });
    const delivery = this.#delivery(period.toSeconds());
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
