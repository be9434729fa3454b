import type { Stage } from '../../../cli/stage.ts';
import { clusterOf, planOf } from '../../../core/plan/installation.ts';
import { type Duration, type Instant, instant, later, parseInstant } from '../../../core/time/instant.ts';
import type { Written } from './record-watch.ts';

/** A time in which a cluster would have lost more than its objective allows, had a region been left to restore it. */
export interface Breach {
  readonly cluster: string;
  readonly region: string;
  readonly from: Instant;
  /** Infinite while it lasts. A late copy does not end it: what it restores is too old already. */
  to: number;
  /** Nothing was ever proven there: whoever is protected again has been waiting since before it was not. */
  readonly never: boolean;
}

interface Log {
  readonly from: Instant;
  readonly checkpoint: Instant;
}

interface Change {
  readonly at: Instant;
  /** The newest instant that restores from then on; undefined when there is none. */
  readonly newest: Instant | undefined;
}

/** Follows what is proven where and how far logs reach, from the records as they are written, and tells when an objective was missed. */
export class Breaches {
  readonly #proven = new Map<string, Map<string, Instant>>();
  readonly #logs = new Map<string, Map<string, Log>>();
  readonly #incremental = new Set<string>();
  readonly #changes = new Map<string, Change[]>();

  see({ kind, item, at }: Written): void {
    if (!item) return;
    if (kind === 'point' && item['kind'] === 'incremental') this.#incremental.add(String(item['id']));
    if (kind !== 'copy' && kind !== 'log') return;
    const place = placeOf(String(item['cluster']), String(item['region']));
    const proven = this.#proven.get(place) ?? new Map<string, Instant>();
    this.#proven.set(place, proven);
    const logs = this.#logs.get(place) ?? new Map<string, Log>();
    this.#logs.set(place, logs);
    const takenAt = instantOf(item['takenAt']);
    if (kind === 'log')
      logs.set(String(item['chain']), {
        from: instantOf(item['from'])!,
        checkpoint: instantOf(item['checkpoint'])!,
      });
    else if (item['state'] === 'proven' && takenAt !== undefined) proven.set(String(item['id']), takenAt);
    else proven.delete(String(item['id']));
    const newest = this.#newest(proven, logs);
    const changes = this.#changes.get(place) ?? [];
    this.#changes.set(place, changes);
    if (changes.at(-1)?.newest !== newest) changes.push({ at, newest });
  }

  /** A log is replayed onto a full that lies in it, and onto nothing else. */
  #newest(proven: ReadonlyMap<string, Instant>, logs: ReadonlyMap<string, Log>): Instant | undefined {
    if (proven.size === 0) return undefined;
    const fulls = [...proven].flatMap(([id, at]) => (this.#incremental.has(id) ? [] : [at]));
    const ends = [...logs.values()].flatMap(({ from, checkpoint }) =>
      fulls.some((at) => at >= from && at <= checkpoint) ? [checkpoint] : [],
    );
    return instant(Math.max(...proven.values(), ...ends));
  }

  /** Every breach, by the plans as they were; counted from the deployment while nothing is proven yet. */
  all(deployed: Stage['deployed']): Breach[] {
    const breaches: Breach[] = [];
    for (const [n, { since, settledAt = since, installation }] of deployed.entries()) {
      const until = deployed[n + 1]?.since ?? Number.POSITIVE_INFINITY;
      for (const cluster of installation.clusters) {
        const { copyTo, objectives } = planOf(installation, cluster)!;
        for (const region of [installation.regions.primary, ...copyTo]) {
          const changes = this.#changes.get(placeOf(cluster.name, region)) ?? [];
          const waitingSince = protectedSince(deployed.slice(0, n + 1), cluster.name);
          for (const found of breachesOf(changes, objectives.rpo, { since, until, waitingSince })) {
            const of = { cluster: cluster.name, region };
            const before = breaches.find((one) => one.to === found.from && isSame(one, of));
            if (before) before.to = found.to;
            else if (found.to > settledAt)
              breaches.push({ ...of, ...found, from: instant(Math.max(found.from, settledAt)) });
          }
        }
      }
    }
    return breaches;
  }
}

interface Lasting {
  readonly from: Instant;
  readonly to: number;
  readonly never: boolean;
}

/** The deployment since which the last of these and all between have the cluster. */
function protectedSince(deployed: Stage['deployed'], cluster: string): Instant {
  const without = deployed.findLastIndex(({ installation }) => !clusterOf(installation, cluster));
  return deployed[without + 1]!.since;
}

/** What was proven when the plan came counts under it, too; and so does the time in which nothing was. */
function* breachesOf(
  changes: readonly Change[],
  rpo: Duration,
  { since, until, waitingSince }: { since: Instant; until: number; waitingSince: Instant },
): Generator<Lasting> {
  const standing = changes.filter(({ at }) => at <= since).at(-1)?.newest;
  const steps = [{ at: since, newest: standing }, ...changes.filter(({ at }) => at > since && at < until)];
  for (const [n, { at, newest }] of steps.entries()) {
    const to = steps[n + 1]?.at ?? until;
    const from = instant(Math.max(at, later(newest ?? waitingSince, rpo)));
    if (from < to) yield { from, to, never: newest === undefined };
  }
}

const isSame = (a: Pick<Breach, 'cluster' | 'region'>, b: Pick<Breach, 'cluster' | 'region'>): boolean =>
  a.cluster === b.cluster && a.region === b.region;
const placeOf = (cluster: string, region: string): string => `${cluster} in ${region}`;
const instantOf = (text: unknown): Instant | undefined => parseInstant(String(text));
