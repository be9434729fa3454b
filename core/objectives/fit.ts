import type { Instant } from '../time/instant.ts';

/** One restore as it went: how much, and how long from its start until its data was compared. */
export interface Timing {
  readonly at: Instant;
  readonly bytes: number;
  readonly seconds: number;
}

/** What a restore takes: steps that do not grow with the data, and time for each byte. Neither is negative. */
export interface Line {
  readonly fixedSeconds: number;
  readonly secondsPerByte: number;
}

/**
 * `configured`: nothing was measured. `scaled`: sizes were too much alike to tell the steps from the rate, so what was
 * configured is bent to go through what was measured. `fitted`: both come from measurements.
 */
export type FittedBy = 'configured' | 'scaled' | 'fitted';

export interface Fit extends Line {
  readonly by: FittedBy;
  readonly used: readonly Timing[];
  /** Too far from all the others to be counted. Told, because a restore that takes so long may be the next one too. */
  readonly leftOut: readonly Timing[];
}

/** Older ones say what an installation was. Half of these and one decide, so a change for good shows after seven. */
export const TIMINGS_MAX = 12;

/** With three, one that lies off is as likely the true one. */
const OUTLIER_AMONG = 4;

/** Of the usual distance from the line; 1.4826 makes the median of distances a standard deviation of normal ones. */
const OUTLIER_AT = 3 * 1.4826;

/** What lies within a quarter of the line is no outlier, however well the others agree. */
const NEVER_OUTLIER = 0.25;

/** The largest size over the smallest; below, noise of the steps would pass for a rate. */
const SPREAD_MIN = 1.5;

export const secondsOf = ({ fixedSeconds, secondsPerByte }: Line, bytes: number): number =>
  fixedSeconds + secondsPerByte * bytes;

/**
 * Least squares over the newest measurements, after outliers were left out: those far from the line through the median
 * of all slopes between two of them, which less than a third of them cannot bend. A line that would promise that more
 * data takes no longer, or that the steps take less than nothing, is not believed.
 */
export function fitLine(timings: readonly Timing[], configured: Line): Fit {
  const newest = timings
    .filter(isSane)
    .toSorted((a, b) => b.at - a.at)
    .slice(0, TIMINGS_MAX);
  if (newest.length === 0) return { ...configured, by: 'configured', used: [], leftOut: [] };
  const { used, leftOut } = withoutOutliers(newest, configured);
  const straight = spreads(used) ? leastSquares(used) : undefined;
  const line = straight ?? scaled(used, configured);
  return { ...line, by: straight ? 'fitted' : 'scaled', used, leftOut };
}

const isSane = ({ bytes, seconds }: Timing): boolean =>
  Number.isFinite(bytes) && Number.isFinite(seconds) && bytes >= 0 && seconds >= 0;

function withoutOutliers(
  timings: readonly Timing[],
  configured: Line,
): { readonly used: readonly Timing[]; readonly leftOut: readonly Timing[] } {
  if (timings.length < OUTLIER_AMONG) return { used: timings, leftOut: [] };
  const line = spreads(timings) ? medianLine(timings) : scaled(timings, configured);
  const distances = timings.map(({ bytes, seconds }) => Math.abs(seconds - secondsOf(line, bytes)));
  const usual = OUTLIER_AT * median(distances);
  const isOut = ({ bytes }: Timing, n: number): boolean =>
    distances[n]! > Math.max(usual, NEVER_OUTLIER * Math.abs(secondsOf(line, bytes)));
  return {
    used: timings.filter((timing, n) => !isOut(timing, n)),
    leftOut: timings.filter(isOut),
  };
}

const spreads = (timings: readonly Timing[]): boolean => {
  const sizes = timings.map(({ bytes }) => bytes);
  return Math.max(...sizes) > SPREAD_MIN * Math.min(...sizes);
};

/** Theil and Sen's. */
function medianLine(timings: readonly Timing[]): Line {
  const slopes = timings.flatMap((a, n) =>
    timings
      .slice(n + 1)
      .flatMap((b) => (a.bytes === b.bytes ? [] : [(b.seconds - a.seconds) / (b.bytes - a.bytes)])),
  );
  const secondsPerByte = median(slopes);
  return {
    secondsPerByte,
    fixedSeconds: median(timings.map(({ bytes, seconds }) => seconds - secondsPerByte * bytes)),
  };
}

/** Undefined when more data would take no longer. */
function leastSquares(timings: readonly Timing[]): Line | undefined {
  const bytes = mean(timings.map((timing) => timing.bytes));
  const seconds = mean(timings.map((timing) => timing.seconds));
  const sum = (of: (timing: Timing) => number): number =>
    timings.reduce((total, timing) => total + of(timing), 0);
  const slope = sum((t) => (t.bytes - bytes) * (t.seconds - seconds)) / sum((t) => (t.bytes - bytes) ** 2);
  const fixedSeconds = seconds - slope * bytes;
  if (!(slope > 0)) return undefined;
  if (fixedSeconds >= 0) return { fixedSeconds, secondsPerByte: slope };
  return { fixedSeconds: 0, secondsPerByte: sum((t) => t.bytes * t.seconds) / sum((t) => t.bytes ** 2) };
}

/**
 * Through the middle of what was measured. Slower than configured: steps and rate alike. Faster: the steps first, because
 * a small restore that was quick says nothing of the rate of a large one.
 */
function scaled(timings: readonly Timing[], configured: Line): Line {
  const factor = median(
    timings.map(({ bytes, seconds }) => seconds / Math.max(secondsOf(configured, bytes), Number.MIN_VALUE)),
  );
  const { fixedSeconds, secondsPerByte } = configured;
  if (factor >= 1 && Number.isFinite(factor))
    return { fixedSeconds: factor * fixedSeconds, secondsPerByte: factor * secondsPerByte };
  const steps = median(timings.map(({ bytes, seconds }) => seconds - secondsPerByte * bytes));
  if (steps >= 0) return { fixedSeconds: steps, secondsPerByte };
  const some = timings.filter(({ bytes }) => bytes > 0);
  return { fixedSeconds: 0, secondsPerByte: median(some.map(({ bytes, seconds }) => seconds / bytes)) };
}

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
