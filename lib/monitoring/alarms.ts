import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Machine } from '../constructs/machine.ts';
import type { TaskFunction } from '../constructs/task-function.ts';
import {
  type AlarmProps,
  heartAlarms,
  logAlarms,
  receiptAlarms,
  standbyAlarms,
  watched,
} from './measured-alarms.ts';
import { OWN_PAGE, REFUSABLE, RISKS_TOLD, RUNBOOKS, SILENCE } from './runbooks.ts';

export { RUNBOOKS } from './runbooks.ts';

const isDaily = (machine: string): machine is keyof typeof SILENCE => machine in SILENCE;

/** The alarms of one region. Each has a sentence, a page that says what to do, and the alerts topic. */
export class Alarms extends Construct {
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, topic: ITopic) {
    super(scope, id);
    this.#topic = topic;
  }

  /** Functions that no machine watches: their failures show nowhere else. */
  onFailuresOf(fn: TaskFunction): void {
    this.#add(`failed-${fn.task}`, {
      sentence: `${fn.task} has failed: triggers or watching may be missing.`,
      runbook: 'functionFailed',
      metric: fn.resource.metricErrors({ period: Duration.minutes(5), statistic: Stats.SUM }),
    });
  }

  /** A restore or an answer that is refused fails too, and whoever began it sees why: only a lost one rings. */
  onFailuresOfMachine({ machine, resource }: Machine): void {
    const options = { period: Duration.minutes(5), statistic: Stats.SUM };
    const lost = { aborted: resource.metricAborted(options), timedOut: resource.metricTimedOut(options) };
    const refusable = REFUSABLE[machine as keyof typeof REFUSABLE] as string | undefined;
    const own = machine in OWN_PAGE ? OWN_PAGE[machine as keyof typeof OWN_PAGE] : undefined;
    this.#add(`machine-${machine}`, {
      sentence:
        own?.sentence ??
        refusable ??
        `An execution of holdfast-${machine} did not end well: what it was to do is not done.`,
      runbook: own?.runbook ?? 'machineFailed',
      metric: new MathExpression({
        // A sum has no value where one of its terms has none, and Step Functions reports only what happened.
        expression: (refusable ? ['aborted', 'timedOut'] : ['aborted', 'timedOut', 'failed'])
          .map((metric) => `FILL(${metric}, 0)`)
          .join(' + '),
        label: 'executions that did not end well',
        period: Duration.minutes(5),
        usingMetrics: refusable ? lost : { ...lost, failed: resource.metricFailed(options) },
      }),
    });
  }

  onUndelivered(queue: IQueue): void {
    this.#add('undelivered', {
      sentence: 'A trigger or an alert reached nobody: a run may be missing, or a message about one.',
      runbook: 'undeliveredTriggers',
      metric: queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: Stats.MAXIMUM,
      }),
    });
  }

  /**
   * One for the region, however many clusters there are: a stack holds 500 resources. Which cluster it is, and why, says
   * the event of the same name, which was sent when the objective was first missed. Rings until all are met again.
   */
  onBreach(region: string): void {
    this.#add('objective-breached', {
      sentence: `A cluster would lose more than its objective allows if ${region} had to restore it now.`,
      runbook: 'objectiveBreached',
      metric: watched('BreachedClusters', region),
    });
  }

  /** What moves in days. Which cluster it is, and why, says the event ObjectiveBreached, and its protection label. */
  onRisks(region: string): void {
    for (const { name, metric, ...props } of RISKS_TOLD)
      this.#add(name, { ...props, metric: watched(metric, region) });
  }

  /** The watcher is watched: without it, a breach is silent. */
  onSilenceOf(watch: TaskFunction): void {
    this.#add('watch-not-running', {
      sentence: 'Objectives have not been measured for an hour: a breach would go unseen.',
      runbook: 'watchNotRunning',
      metric: watch.resource.metricInvocations({ period: Duration.hours(1), statistic: Stats.SUM }),
      rings: { when: ComparisonOperator.LESS_THAN_THRESHOLD, threshold: 1 },
      silence: TreatMissingData.BREACHING,
    });
  }

  /**
   * Of a machine that runs daily: five quarters of a day without a good end. The alarm on failures says when one broke
   * off, this one also when none was ever started.
   */
  onSilenceOfMachine({ machine, resource }: Machine): void {
    if (!isDaily(machine)) return;
    this.#add(`${machine}-not-running`, {
      ...SILENCE[machine],
      metric: resource.metricSucceeded({ period: Duration.hours(6), statistic: Stats.SUM }),
      rings: { when: ComparisonOperator.LESS_THAN_THRESHOLD, threshold: 1 },
      periods: 5,
      silence: TreatMissingData.BREACHING,
    });
  }

  onBrokenReceipts(region: string): void {
    this.#addAll(receiptAlarms(region));
  }

  /** Of the region that the clusters live in. */
  onLaggingLogs(region: string): void {
    this.#addAll(logAlarms(region));
  }

  onSilentHearts(region: string): void {
    this.#addAll(heartAlarms(region));
  }

  /** Of the region that standbys are in, so that they ring when the primary is gone. */
  onStandbys(region: string): void {
    this.#addAll(standbyAlarms(region));
  }

  #addAll(alarms: Readonly<Record<string, AlarmProps>>): void {
    for (const [name, props] of Object.entries(alarms)) this.#add(name, props);
  }

  #add(name: string, { sentence, runbook, metric, rings, periods, enough, silence }: AlarmProps): void {
    const alarm = new Alarm(this, name, {
      alarmName: `holdfast-${name}`,
      alarmDescription: `${sentence} What to do: ${RUNBOOKS[runbook]}`,
      metric,
      comparisonOperator: rings?.when ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: rings?.threshold ?? 1,
      evaluationPeriods: periods ?? 1,
      ...(enough !== undefined && { datapointsToAlarm: enough }),
      treatMissingData: silence ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}
