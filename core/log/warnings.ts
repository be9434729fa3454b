import type { Reason } from '../errors/registry.ts';
import { between, type Duration, type Instant, iso, later, speak } from '../time/instant.ts';
import { GROWING } from './chain.ts';
import type { Hazards } from './hazards.ts';
import type { SupervisedLog } from './supervise.ts';

/** A hazard that a log is running into, said while there is time. */
export interface LogWarning extends Reason {
  readonly name: 'LogPaused' | 'LogLagging' | 'LogStuck' | 'LogUnknown';
  readonly level: 'warn' | 'critical';
}

/** What the next hours would bring if nobody did anything. At most one of each name; none for a chain that has ended. */
export function warningsOf(log: SupervisedLog, hazards: Hazards): LogWarning[] {
  const { chain, report } = log;
  if (!chain || !GROWING.has(chain.state)) return unknown(log);
  const task = report.status === 'task' && report.task.chain === chain.chain ? report.task : undefined;
  const moved = task?.checkpoint !== undefined && task.checkpoint.at > chain.checkpoint;
  const at = { checkpoint: moved ? task.checkpoint.at : chain.checkpoint, seen: chain.checkpointAt, moved };
  const paused = task && task.status !== 'running' && chain.state === 'paused';
  return [
    ...unknown(log),
    ...(paused ? pause(log, chain.stateSince, hazards) : []),
    ...lag(log, at.checkpoint, hazards),
    ...(task?.status === 'running' && !moved ? stuck(log, at.seen, at.checkpoint, hazards) : []),
  ];
}

const unknown = ({ cluster, report }: SupervisedLog): LogWarning[] =>
  report.status === 'unknown'
    ? [
        {
          name: 'LogUnknown',
          level: 'warn',
          message: `the log of ${cluster} could not be looked at (${report.reason.name}: ${report.reason.message})`,
        },
      ]
    : [];

const levelOf = (length: Duration, warn: Duration, critical: Duration): LogWarning['level'] | undefined =>
  length > critical ? 'critical' : length > warn ? 'warn' : undefined;

function pause(
  { cluster, now }: SupervisedLog,
  since: Instant,
  { pauseWarn, pauseCritical, safepointHeld }: Hazards,
): LogWarning[] {
  const level = levelOf(between(since, now), pauseWarn, pauseCritical);
  if (!level) return [];
  const message = `the log of ${cluster} has been paused for ${speak(between(since, now))}; at ${iso(later(since, safepointHeld))} the engine stops holding what comes next, and the log breaks: resume it, or find out what pauses it again and again`;
  return [{ name: 'LogPaused', level, message }];
}

function lag(
  { cluster, now }: SupervisedLog,
  checkpoint: Instant,
  { lagWarn, lagCritical, lagNearPause, autoPauseAt }: Hazards,
): LogWarning[] {
  const behind = between(checkpoint, now);
  const level = levelOf(behind, lagWarn, lagCritical);
  if (!level) return [];
  const next =
    behind > lagNearPause
      ? `; at ${iso(later(checkpoint, autoPauseAt))} the engine pauses it by itself and says so nowhere`
      : '';
  const message = `the log of ${cluster} covers up to ${iso(checkpoint)}, ${speak(behind)} ago${next}: look at TiKV's log backup metrics, its rights on the bucket and its disks`;
  return [{ name: 'LogLagging', level, message }];
}

function stuck(
  { cluster, now }: SupervisedLog,
  seen: Instant,
  checkpoint: Instant,
  { stuckAfter }: Hazards,
): LogWarning[] {
  if (between(seen, now) <= stuckAfter) return [];
  const message = `the log of ${cluster} calls itself normal and has stood at ${iso(checkpoint)} since ${iso(seen)}, ${speak(between(seen, now))} ago: pause and resume it; if that does not move it, stop it, and a new log begins`;
  return [{ name: 'LogStuck', level: 'critical', message }];
}
