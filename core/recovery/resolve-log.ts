import { type HoldfastError, WindowNotCovered } from '../errors/registry.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import { GROWING, type LogChain } from '../log/chain.ts';
import {
  type LogBase,
  type LogWindow,
  logBaseOf,
  logWindows,
  newestWindow,
  printWindow,
} from '../log/windows.ts';
import { between, type Instant, iso, speak } from '../time/instant.ts';
import type { ProvenPoint } from './restorable.ts';

/** What the logs of a region add to its proven points. */
export interface LogSituation {
  readonly cluster: string;
  /** Where the restore runs: only what is proven here counts. */
  readonly region: string;
  /** The chains of the cluster in this region, ended ones too. Absent or empty: everything is as without logs. */
  readonly chains?: readonly LogChain[] | undefined;
  /** The points that are whole by themselves; absent when all are. A log is replayed on one of these. */
  readonly fulls?: ReadonlySet<RecoveryPointId> | undefined;
  readonly now: Instant;
}

/** False once every chain has ended and is truncated to nothing: then instants are rounded as if none had ever been. */
export const hasChains = ({ chains = [] }: LogSituation): boolean =>
  chains.some(({ state, from, checkpoint }) => GROWING.has(state) || from < checkpoint);

export const windowsOf = (
  { chains = [], fulls }: Pick<LogSituation, 'chains' | 'fulls'>,
  proven: readonly ProvenPoint[],
): LogWindow[] =>
  logWindows(
    chains,
    proven.filter(({ id }) => !fulls || fulls.has(id)),
  );

/** The end of the newest window and its base, where that is newer than every point. */
export function latestByLog(
  situation: LogSituation,
  proven: readonly ProvenPoint[],
): (LogBase & { readonly at: Instant }) | undefined {
  const windows = windowsOf(situation, proven);
  const newest = newestWindow(windows);
  if (!newest || newest.latest <= (proven.at(-1)?.takenAt ?? newest.latest)) return undefined;
  const base = logBaseOf(windows, newest.latest);
  return base && { ...base, at: newest.latest };
}

export type LogAnswer =
  | { readonly by: 'point'; readonly point: ProvenPoint }
  | { readonly by: 'log'; readonly base: LogBase }
  | { readonly by: 'nothing'; readonly refusal: HoldfastError };

/**
 * What an instant means where logs are kept. To the millisecond, and never rounded: with a log a person asks for the
 * moment before a mistake, so an answer from hours earlier would be a wrong one, and a hole is said to be one.
 *
 *     points      P1      P2                P3     P4
 *     windows             [=========]              [======]
 *     asked for   a   b   c      d     e    f          g
 *
 *     a, c, f  the point itself; no log is needed      d, g  the newest full at or before it, and the log
 *     b, e     in a hole: refused, with every window and the points on both sides
 */
export function instantByLog(
  asked: Instant,
  proven: readonly ProvenPoint[],
  situation: LogSituation,
): LogAnswer {
  const exact = proven.find(({ takenAt }) => takenAt === asked);
  if (exact) return { by: 'point', point: exact };
  const windows = windowsOf(situation, proven);
  const base = logBaseOf(windows, asked);
  return base
    ? { by: 'log', base }
    : { by: 'nothing', refusal: inNoWindow(asked, proven, windows, situation) };
}

function inNoWindow(
  asked: Instant,
  proven: readonly ProvenPoint[],
  windows: readonly LogWindow[],
  { cluster, region, now }: LogSituation,
): WindowNotCovered {
  const listed = windows.map(printWindow).join('; ') || 'none, because no full lies in a log';
  const before = proven.findLast(({ takenAt }) => takenAt < asked);
  const next = proven.find(({ takenAt }) => takenAt > asked);
  const beside = [
    before &&
      `${before.id} restores ${iso(before.takenAt)}, ${speak(between(before.takenAt, asked))} earlier`,
    next && `${next.id} restores ${iso(next.takenAt)}, ${speak(between(asked, next.takenAt))} later`,
  ].filter((text) => text !== undefined);
  const latest = Math.max(
    ...proven.map(({ takenAt }) => takenAt),
    ...windows.map((w) => w.latest),
  ) as Instant;
  const why = asked > now ? ', which is in the future' : asked > latest ? ', which is after all of them' : '';
  return new WindowNotCovered(
    `restorable windows of ${cluster} in ${region} by log: ${listed}; asked for ${iso(asked)}${why}. ` +
      `Ask for an instant within one, for a recovery point by its id (${beside.join('; ')}), ` +
      `or for "latest", which is ${iso(latest)}`,
    { cluster, region, asked: iso(asked), windows: windows.length, latest: iso(latest) },
  );
}
