import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Machine } from '../constructs/machine.ts';
import type { TaskFunction } from '../constructs/task-function.ts';
import { OWN_PAGE, REFUSABLE, RISKS_TOLD, RUNBOOKS, SILENCE } from './runbooks.ts';

export { RUNBOOKS } from './runbooks.ts';

const isDaily = (machine: string): machine is keyof typeof SILENCE => machine in SILENCE;

interface AlarmProps {
  /** What it means when it rings, as a sentence. */
  readonly sentence: string;
  readonly runbook: keyof typeof RUNBOOKS;
  readonly metric: IMetric;
  /** @default rings at 1 or more */
  readonly rings?: { readonly when: ComparisonOperator; readonly threshold: number };
  /** Periods that have to ring one after the other. @default 1 */
  readonly periods?: number;
  /** @default no data is good */
  readonly silence?: TreatMissingData;
}

/** Of each run of the watcher. */
const watched = (metricName: string, region: string): Metric =>
  new Metric({
    namespace: 'Holdfast',
    metricName,
    dimensionsMap: { service: 'WatchObjectives', region },
    period: Duration.minutes(15),
    statistic: Stats.MAXIMUM,
  });

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

  /** Of the region that the clusters live in. Which log it is says the event LogAtRisk, and the metric LogLag by cluster. */
  onLaggingLogs(region: string): void {
    const metric = new Metric({
      namespace: 'Holdfast',
      metricName: 'LaggingLogs',
      dimensionsMap: { service: 'LookAtLogs', region },
      period: Duration.minutes(5),
      statistic: Stats.MAXIMUM,
    });
    this.#add('log-lagging', {
      sentence:
        'For a quarter of an hour the log of a cluster has covered less than it should: what is committed now would be lost with the cluster.',
      runbook: 'logStuck',
      metric,
      periods: 3,
    });
    this.#add('logs-not-supervised', {
      sentence: 'For an hour nobody has looked at the logs: one that stands still would go unseen.',
      runbook: 'logStuck',
      metric: metric.with({ period: Duration.hours(1), statistic: Stats.SAMPLE_COUNT }),
      rings: { when: ComparisonOperator.LESS_THAN_THRESHOLD, threshold: 1 },
      silence: TreatMissingData.BREACHING,
    });
  }

  /**
   * One for the region: which cluster it is says the log of Beat. A minute's miss is nothing, and neither is a run that
   * did not come; a quarter of an hour of them, or two beats of an object, is. Without a heart that beats nothing else
   * fails, and the next restore proves nothing.
   */
  onSilentHearts(region: string): void {
    const metric = (metricName: string, statistic: string) =>
      new Metric({
        namespace: 'Holdfast',
        metricName,
        dimensionsMap: { service: 'Beat', region },
        period: Duration.minutes(15),
        statistic,
      });
    this.#add('heart-silent', {
      sentence:
        'For half an hour a cluster has had no heartbeat: what its next restore loses would not be proven.',
      runbook: 'heartSilent',
      metric: new MathExpression({
        // Every run missed one, or no run came; objects beat once in each period.
        expression: 'FILL(rows, 1) + FILL(objects, 0)',
        label: 'clusters without a heartbeat',
        period: Duration.minutes(15),
        usingMetrics: {
          rows: metric('MissedBeats', Stats.MINIMUM),
          objects: metric('MissedObjectBeats', Stats.MAXIMUM),
        },
      }),
      periods: 2,
      silence: TreatMissingData.BREACHING,
    });
  }

  /**
   * Of the region that standbys are in, so that they ring when the primary is gone. Which standby it is, and of what
   * database, say the events of the same names, and the metrics StandbyBinlogs and StandbyLag by cluster.
   */
  onStandbys(region: string): void {
    const metric = (metricName: string) =>
      new Metric({
        namespace: 'Holdfast',
        metricName,
        dimensionsMap: { service: 'KeepStandbys', region },
        period: Duration.minutes(15),
        statistic: Stats.MAXIMUM,
      });
    this.#add('standby-broken', {
      sentence:
        'The standby of a cluster does not follow, or nobody has looked at it for half an hour: what is written now is not in it.',
      runbook: 'standbyBroken',
      metric: new MathExpression({
        // No look came: the same as a look that found one broken.
        expression: 'FILL(broken, 1)',
        label: 'standbys that do not follow',
        period: Duration.minutes(15),
        usingMetrics: { broken: metric('BrokenStandbys') },
      }),
      periods: 2,
      silence: TreatMissingData.BREACHING,
    });
    this.#add('standby-lagging', {
      sentence: 'For half an hour the standby of a cluster has been further behind than it may be.',
      runbook: 'standbyLagging',
      metric: metric('LaggingStandbys'),
      periods: 2,
    });
  }

  #add(name: string, { sentence, runbook, metric, rings, periods, silence }: AlarmProps): void {
    const alarm = new Alarm(this, name, {
      alarmName: `holdfast-${name}`,
      alarmDescription: `${sentence} What to do: ${RUNBOOKS[runbook]}`,
      metric,
      comparisonOperator: rings?.when ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: rings?.threshold ?? 1,
      evaluationPeriods: periods ?? 1,
      treatMissingData: silence ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}
