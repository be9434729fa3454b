import { NotModelled, onlyModelled } from '../service.ts';
import { type Combine, compileExpression } from './expression.ts';
import type { SeriesName, Statistic } from './series.ts';

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

interface MetricQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly Label?: string;
  readonly ReturnData?: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly Dimension[];
    };
    readonly Period: number;
    readonly Stat: Statistic;
  };
}

/** An alarm in the words of PutMetricAlarm and of CloudFormation: over one metric, or over an expression of some. */
export interface AlarmInput {
  readonly AlarmName: string;
  readonly AlarmDescription?: string;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly Dimension[];
  readonly Statistic?: Statistic;
  readonly Period?: number;
  readonly Metrics?: readonly MetricQuery[];
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly ComparisonOperator:
    | 'GreaterThanThreshold'
    | 'GreaterThanOrEqualToThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold';
  readonly TreatMissingData?: 'missing' | 'ignore' | 'breaching' | 'notBreaching';
  readonly AlarmActions?: readonly string[];
  readonly OKActions?: readonly string[];
  readonly InsufficientDataActions?: readonly string[];
  readonly ActionsEnabled?: boolean;
  readonly Unit?: string;
}

const MEMBERS = [
  'AlarmName',
  'AlarmDescription',
  'Namespace',
  'MetricName',
  'Dimensions',
  'Statistic',
  'Period',
  'Metrics',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
  'AlarmActions',
  'OKActions',
  'InsufficientDataActions',
  'ActionsEnabled',
  'Unit',
  'Tags',
];

/** What an alarm looks at: some series, each by a statistic, and how one value comes out of theirs. */
export interface Watched {
  readonly periodSeconds: number;
  readonly terms: readonly { readonly series: SeriesName; readonly statistic: Statistic }[];
  readonly combine: Combine;
}

export const dimensionsOf = (list: readonly Dimension[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));

export function readAlarm(region: string, input: AlarmInput): Watched {
  onlyModelled('monitoring', `PutMetricAlarm of ${input.AlarmName}`, input, MEMBERS);
  if (input.Metrics) return readQueries(region, input.AlarmName, input.Metrics);
  const { Namespace: namespace, MetricName: name, Statistic: statistic, Period: periodSeconds } = input;
  if (!namespace || !name || !statistic || !periodSeconds)
    throw new NotModelled(
      'monitoring',
      `the alarm ${input.AlarmName} without namespace, metric, statistic or period`,
    );
  const series = { region, namespace, name, dimensions: dimensionsOf(input.Dimensions) };
  return { periodSeconds, terms: [{ series, statistic }], combine: ([only]) => only };
}

function readQueries(region: string, alarm: string, queries: readonly MetricQuery[]): Watched {
  const stats = queries.filter((query) => query.MetricStat !== undefined);
  const result = queries.find((query) => query.ReturnData !== false);
  const periods = new Set(stats.map((query) => query.MetricStat!.Period));
  const [periodSeconds] = periods;
  if (!result || periods.size !== 1 || periodSeconds === undefined)
    throw new NotModelled('monitoring', `the alarm ${alarm}: one result over metrics of one period is`);
  const ids = stats.map((query) => query.Id);
  return {
    periodSeconds,
    terms: stats.map(({ MetricStat: stat }) => ({
      series: {
        region,
        namespace: stat!.Metric.Namespace,
        name: stat!.Metric.MetricName,
        dimensions: dimensionsOf(stat!.Metric.Dimensions),
      },
      statistic: stat!.Stat,
    })),
    combine: compileExpression(result.Expression ?? result.Id, ids),
  };
}
