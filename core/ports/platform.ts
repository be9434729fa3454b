import type { Facts } from '../errors/base.ts';
import type { Clock } from '../time/instant.ts';

/** Log lines and metrics of one task. Powertools in Lambda, a sink in the embedded cloud. */
export interface Telemetry {
  info(message: string, facts?: Facts): void;
  /** A line that a person should read; alarms count these. */
  error(message: string, error: Error, facts?: Facts): void;
  metric(
    name: MetricName,
    unit: 'Seconds' | 'Count' | 'Bytes',
    value: number,
    dimensions?: Readonly<Record<string, string>>,
  ): void;
}

/** The metrics that alarms and the dashboard read. */
export type MetricName =
  | 'AchievedRpo'
  | 'AchievedRto'
  | 'CopyLag'
  | 'SealedItems'
  | 'SealedBytes'
  | 'NewBytes'
  | 'ExpiredPoints'
  | 'DiscardedPoints'
  | 'ObjectiveBreached'
  | 'BreachedClusters'
  | 'RtoForecast'
  | 'RtoAchieved'
  | 'DaysSincePassedDrill'
  | 'CopiesCounted'
  | 'MediaCounted'
  | 'CopiesOffSite'
  | 'CopiesImmutable'
  | 'CopiesVerified'
  | 'RtoRisks'
  | 'OverdueDrills'
  | 'MissingCopies'
  | 'UnverifiedCopies'
  | 'ReceiptFlaws'
  | 'LogLag'
  | 'LaggingLogs'
  | 'StandbyLag'
  | 'StandbyBinlogs'
  | 'LaggingStandbys'
  | 'BrokenStandbys'
  | 'MissedBeats'
  | 'MissedObjectBeats'
  | 'FencedClusters';

/** What a function's surroundings give it: the real clock and Powertools in Lambda, virtual ones in the embedded cloud. */
export interface Platform {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}
