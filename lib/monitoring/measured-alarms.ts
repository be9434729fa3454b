import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { RUNBOOKS } from './runbooks.ts';

export interface AlarmProps {
  /** What it means when it rings, as a sentence. */
  readonly sentence: string;
  readonly runbook: keyof typeof RUNBOOKS;
  readonly metric: IMetric;
  /** @default rings at 1 or more */
  readonly rings?: { readonly when: ComparisonOperator; readonly threshold: number };
  /** Periods that have to ring one after the other. @default 1 */
  readonly periods?: number;
  /** How many of them, where not all have to. */
  readonly enough?: number;
  /** @default no data is good */
  readonly silence?: TreatMissingData;
}

/** What a task says of its region, whatever the cluster: which one it is says an event. */
const measured =
  (service: string, region: string, period: Duration) =>
  (metricName: string, statistic: string = Stats.MAXIMUM): Metric =>
    new Metric({
      namespace: 'Holdfast',
      metricName,
      dimensionsMap: { service, region },
      period,
      statistic,
    });

/** Of each run of the watcher. */
export const watched = (metricName: string, region: string): Metric =>
  measured('WatchObjectives', region, Duration.minutes(15))(metricName);

type Named = Readonly<Record<string, AlarmProps>>;

/** Rings within the hour, and until a check finds the chain whole again, a day later. Which receipt it is, and what is wrong with it, says the event. */
export const receiptAlarms = (region: string): Named => ({
  'receipt-chain-broken': {
    sentence: `A receipt of ${region} is missing, was changed or lies where it does not belong: what receipts prove is in doubt.`,
    runbook: 'receiptChainBroken',
    metric: measured('CheckReceipts', region, Duration.hours(1))('ReceiptFlaws'),
    // A check a day is one value in twenty-four hours.
    periods: 24,
    enough: 1,
  },
});

/** Which log it is says the event LogAtRisk, and the metric LogLag by cluster. */
export function logAlarms(region: string): Named {
  const metric = measured('LookAtLogs', region, Duration.minutes(5))('LaggingLogs');
  return {
    'log-lagging': {
      sentence:
        'For a quarter of an hour the log of a cluster has covered less than it should: what is committed now would be lost with the cluster.',
      runbook: 'logStuck',
      metric,
      periods: 3,
    },
    'logs-not-supervised': {
      sentence: 'For an hour nobody has looked at the logs: one that stands still would go unseen.',
      runbook: 'logStuck',
      metric: metric.with({ period: Duration.hours(1), statistic: Stats.SAMPLE_COUNT }),
      rings: { when: ComparisonOperator.LESS_THAN_THRESHOLD, threshold: 1 },
      silence: TreatMissingData.BREACHING,
    },
  };
}

/**
 * Which cluster it is says the log of Beat. A minute's miss is nothing, and neither is a run that did not come; a quarter
 * of an hour of them, or two beats of an object, is. Without a heart that beats nothing else fails, and the next restore
 * proves nothing.
 */
export function heartAlarms(region: string): Named {
  const metric = measured('Beat', region, Duration.minutes(15));
  return {
    'heart-silent': {
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
          objects: metric('MissedObjectBeats'),
        },
      }),
      periods: 2,
      silence: TreatMissingData.BREACHING,
    },
  };
}

/** Which standby it is, and of what database, say the events of the same names, and StandbyBinlogs and StandbyLag. */
export function standbyAlarms(region: string): Named {
  const metric = measured('KeepStandbys', region, Duration.minutes(15));
  return {
    'standby-broken': {
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
    },
    'standby-lagging': {
      sentence: 'For half an hour the standby of a cluster has been further behind than it may be.',
      runbook: 'standbyLagging',
      metric: metric('LaggingStandbys'),
      periods: 2,
    },
  };
}
