import type { RecoveryPoint, RestoreRecord } from '../catalog/recovery-point.ts';
import { isWhole } from '../catalog/rules-lineage.ts';
import { ALLOWANCES } from '../engines/capabilities.ts';
import { scheduledAtOf } from '../ids/names.ts';
import type { Cluster, Plan } from '../plan/installation.ts';
import { speakBytes } from '../plan/quantities.ts';
import {
  between,
  type Duration,
  days,
  earlier,
  type Instant,
  inSeconds,
  milliseconds,
  seconds,
  speak,
} from '../time/instant.ts';
import { type Fit, fitLine, type Line, median, secondsOf, type Timing } from './fit.ts';
import { outageOf } from './outage.ts';

/** How long the next restore of a cluster would take, and when that will be too long. */
export interface Forecast {
  readonly duration: Duration;
  readonly fit: Fit;
  /** What would be restored. */
  readonly bytes: number;
  /** Of a log at the worst moment; counted in `duration`. */
  readonly replay: Duration;
  /** Undefined while the size of too few days is known. Shrinking is negative. */
  readonly bytesPerDay: number | undefined;
  /** Until the forecast passes the objective, zero when it has; undefined when it will not as things are. */
  readonly passesIn: Duration | undefined;
  /** Sentences, for whoever wants to follow it. */
  readonly lines: readonly string[];
}

/** An objective that will be passed within this time is told: time enough to order a larger target, or to split. */
export const WARN_AHEAD = days(30);

/** A cluster's growth of a quarter; older growth was another application's. */
const GROWTH_FROM = days(90);
/** Less than a week shows a week-end, no growth. */
const GROWTH_SPAN_MIN = days(7);
const GROWTH_POINTS_MIN = 3;
/** Slopes between all of these are taken: 1,770. */
const GROWTH_POINTS_MAX = 60;
/** Who passes later than this is not told when: no growth goes on so long. */
const PASSES_WITHIN = days(3_650);

export function forecastOf(
  cluster: Cluster,
  plan: Plan,
  {
    points,
    restores,
  }: { readonly points: readonly RecoveryPoint[]; readonly restores: readonly RestoreRecord[] },
  now: Instant,
): Forecast {
  const { terms, uncounted } = outageOf(cluster, plan, now);
  const replay = milliseconds(terms.slice(2).reduce((sum, { length }) => sum + length, 0));
  const configured = lineOf(cluster);
  const fitted = fitLine(timingsOf(cluster, restores), configured);
  const sizes = sizesOf(points);
  const bytes = sizes.at(-1)?.bytes ?? cluster.expectedBytes;
  const duration = milliseconds(1_000 * Math.round(secondsOf(fitted, bytes)) + replay);
  const bytesPerDay = growthOf(sizes, now);
  const room = plan.objectives.rto - duration;
  const passesIn = passing(room, bytesPerDay, fitted);
  return {
    ...{ duration, fit: fitted, bytes, replay, bytesPerDay, passesIn },
    lines: [
      `${speak(duration)} for ${speakBytes(bytes)}: ${speak(seconds(fitted.fixedSeconds))} of steps${fitted.secondsPerByte > 0 ? ` and ${speakBytes(1 / fitted.secondsPerByte)}/s` : ''}${replay > 0 ? `, and ${speak(replay)} to replay the log at the worst moment` : ''}; ${spokenFit(fitted)}`,
      ...fitted.leftOut.map(
        (each) =>
          `not counted: ${speak(seconds(each.seconds))} for ${speakBytes(each.bytes)}, far from what the others took`,
      ),
      ...(uncounted === undefined ? [] : [uncounted]),
    ],
  };
}

const lineOf = ({ engine, restoreBytesPerSecond }: Cluster): Line => ({
  fixedSeconds: inSeconds(ALLOWANCES[engine].fixedRestore),
  secondsPerByte: 1 / restoreBytesPerSecond,
});

const spokenFit = ({ by, used }: Fit): string => {
  const from = `${used.length} measured ${used.length === 1 ? 'restore' : 'restores'}`;
  if (by === 'configured') return 'as configured or published, because no restore of it was measured';
  return by === 'fitted' ? `fitted to ${from}` : `as configured, made to agree with ${from} of one size`;
};

/**
 * What whole restores of it took, those of drills among them. Where one replayed a log, what the replay took by its rate is
 * taken off: the worst moment's replay is added again, whatever the moment of that restore was.
 */
export const timingsOf = (cluster: Cluster, restores: readonly RestoreRecord[]): Timing[] =>
  restores.flatMap((restore) => {
    const { state, recoveryPoint, achievedRtoSeconds, startedAt, part, asked } = restore;
    if (state !== 'restored' || part || asked || recoveryPoint === undefined) return [];
    if (achievedRtoSeconds === undefined) return [];
    // Engines that do not say how much they restored are reckoned with what is expected of them.
    const bytes = restore.bytes || cluster.expectedBytes;
    return [
      { at: startedAt, bytes, seconds: Math.max(0, achievedRtoSeconds - replayedIn(cluster, restore)) },
    ];
  });

function replayedIn(cluster: Cluster, { chain, recoveryPoint, instant }: RestoreRecord): number {
  const { logLag } = ALLOWANCES[cluster.engine];
  if (cluster.engine !== 'tidb' || chain === undefined || recoveryPoint === undefined || !logLag) return 0;
  const full = scheduledAtOf(recoveryPoint);
  if (full === undefined || cluster.logPerDay === undefined || full > instant) return 0;
  const bytes = (cluster.logPerDay * between(full, instant)) / days(1);
  return bytes / (cluster.replayRate ?? logLag.replayBytesPerSecond);
}

interface Size {
  readonly at: Instant;
  readonly bytes: number;
}

/** What was there to restore, oldest first: an incremental holds a part of it only. */
const sizesOf = (points: readonly RecoveryPoint[]): Size[] =>
  points
    .flatMap((point) =>
      point.takenAt !== undefined &&
      point.content &&
      point.content.bytes > 0 &&
      isWhole(point) &&
      point.state === 'sealed'
        ? [{ at: point.takenAt, bytes: point.content.bytes }]
        : [],
    )
    .toSorted((a, b) => a.at - b.at);

/** Bytes a day: the median of the growth between any two points, which one load that was undone does not bend. */
export function growthOf(sizes: readonly Size[], now: Instant): number | undefined {
  const recent = sizes.filter(({ at }) => at >= earlier(now, GROWTH_FROM));
  const [first, last] = [recent.at(0), recent.at(-1)];
  if (!first || !last || recent.length < GROWTH_POINTS_MIN || last.at - first.at < GROWTH_SPAN_MIN)
    return undefined;
  const step = Math.max(1, (recent.length - 1) / (GROWTH_POINTS_MAX - 1));
  const some = Array.from(
    { length: Math.min(recent.length, GROWTH_POINTS_MAX) },
    (_, n) => recent[Math.round(n * step)]!,
  );
  return median(
    some.flatMap((a, n) =>
      some
        .slice(n + 1)
        .flatMap((b) => (b.at > a.at ? [((b.bytes - a.bytes) * days(1)) / (b.at - a.at)] : [])),
    ),
  );
}

function passing(room: number, bytesPerDay: number | undefined, line: Line): Duration | undefined {
  if (room < 0) return milliseconds(0);
  const slower = (bytesPerDay ?? 0) * line.secondsPerByte * 1_000;
  if (slower <= 0) return undefined;
  const left = milliseconds((room / slower) * days(1));
  return left <= PASSES_WITHIN ? left : undefined;
}
