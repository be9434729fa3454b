import type { Reason } from '../errors/registry.ts';
import type { RecoveryPointId } from '../ids/names.ts';
import type { ProvenPoint } from '../recovery/restorable.ts';
import { type Instant, iso } from '../time/instant.ts';
import type { LogChain } from './chain.ts';

/** A run of instants that all restore, from a full and the log behind it. */
export interface LogWindow {
  readonly chain: LogChain;
  /** The instant of the oldest full that lies in the chain: nothing before it has a base. */
  readonly earliest: Instant;
  readonly latest: Instant;
  /** The fulls that lie in the chain, oldest first. */
  readonly fulls: readonly ProvenPoint[];
}

/**
 * The windows that logs open in a region, oldest first. Pure.
 *
 *     chains      [=====A=====]        [======B======]
 *     fulls     F1     F2       F3   F4        F5
 *     windows          [------]                [-----]
 *
 * F1 was taken before A began, so A does not continue it; F3 lies in the hole. Between A's checkpoint and F5 only the
 * points themselves restore.
 *
 * @param fulls what is proven in the region and needs no other point. Incrementals are left out: BR replays a log onto
 *   a full only (`--full-backup-storage`).
 */
export function logWindows(chains: readonly LogChain[], fulls: readonly ProvenPoint[]): LogWindow[] {
  const oldestFirst = fulls.toSorted((a, b) => a.takenAt - b.takenAt);
  return chains
    .flatMap((chain) => {
      const inside = oldestFirst.filter(
        ({ takenAt }) => takenAt >= chain.from && takenAt <= chain.checkpoint,
      );
      const [first] = inside;
      return first ? [{ chain, earliest: first.takenAt, latest: chain.checkpoint, fulls: inside }] : [];
    })
    .sort((a, b) => a.earliest - b.earliest || a.latest - b.latest);
}

/** From which full and by which chain an instant restores. */
export interface LogBase {
  readonly full: ProvenPoint;
  readonly chain: LogChain;
}

/** The newest full at or before an instant, with the chain that leads from it there; undefined in a hole. */
export function logBaseOf(windows: readonly LogWindow[], at: Instant): LogBase | undefined {
  let best: LogBase | undefined;
  for (const { chain, earliest, latest, fulls } of windows) {
    if (at < earliest || at > latest) continue;
    const full = fulls.findLast(({ takenAt }) => takenAt <= at);
    if (full && (!best || full.takenAt > best.full.takenAt)) best = { full, chain };
  }
  return best;
}

/** The newest window, by what it covers. */
export const newestWindow = (windows: readonly LogWindow[]): LogWindow | undefined =>
  windows.reduce<LogWindow | undefined>(
    (best, each) => (best && best.latest >= each.latest ? best : each),
    undefined,
  );

/** `2026-11-01T00:00:00Z to 2026-11-03T10:00:00Z (log 20261101t000000z)`, for messages. */
export const printWindow = ({ chain, earliest, latest }: LogWindow): string =>
  `${iso(earliest)} to ${iso(latest)} (log ${chain.chain}${chain.state === 'running' ? '' : `, ${chain.state}`})`;

/**
 * Why a log does not lead from a point to an instant, read again just before it is used: it may have been truncated
 * since the restore was resolved. Undefined when it does.
 */
export function logObstacle(
  chain: LogChain,
  point: { readonly id: RecoveryPointId; readonly takenAt?: Instant },
  to: Instant,
): Reason | undefined {
  const { takenAt } = point;
  const says = `the log chain ${chain.chain} of ${chain.cluster} in ${chain.region} covers ${iso(chain.from)} to ${iso(chain.checkpoint)}`;
  if (takenAt === undefined || takenAt < chain.from)
    return {
      name: 'WindowNotCovered',
      message: `${says} and ${point.id} is of ${takenAt === undefined ? 'no known instant' : iso(takenAt)}; resolve the restore again, or restore that point alone by its id`,
    };
  if (to > chain.checkpoint)
    return {
      name: 'WindowNotCovered',
      message: `${says} and the restore asks for ${iso(to)}; ask for an instant within it`,
    };
  return undefined;
}
