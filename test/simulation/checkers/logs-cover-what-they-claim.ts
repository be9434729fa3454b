import { createHash } from 'node:crypto';
import type { Stage } from '../../../cli/stage.ts';
import { type LogChain, logPrefix } from '../../../core/log/chain.ts';
import { type Instant, iso, parseInstant } from '../../../core/time/instant.ts';
import {
  decodeChanges,
  LOG_META_FOLDER,
  type LogMeta,
  parseWithTso,
} from '../../../embedded/tidb/log-files.ts';
import { instantOf, type Tso, tsoOf } from '../../../embedded/tidb/tso.ts';
import { vaultName } from '../../../lib/names.ts';
import { type Checker, type Run, regionsOf } from './checker.ts';
import { everProtected } from './in-force.ts';
import { claimedWindows } from './log-claims.ts';
import type { RecordWatch, Written } from './record-watch.ts';

/**
 * What a region claims of a log lies in its vault at that very moment, whatever goes wrong meanwhile: each change that
 * the cluster made inside a claimed window is in a file that is named, whole, and not yet gone. Read from the bytes, by
 * nobody's word but the cluster's own memory.
 */
export function logsCoverWhatTheyClaim(stage: Stage, region: string): string[] {
  return everProtected(stage)
    .filter((name) => stage.tidb.applications.has(name))
    .flatMap((name) =>
      claimedWindows(stage, region, name).flatMap(({ chain, earliest, latest }) => {
        const what = `the log ${chain.chain} of ${name} in ${region} is claimed from ${iso(earliest)} to ${iso(latest)}`;
        const { named, wrong } = changesIn(stage, region, chain, tsoOf(earliest));
        const home = stage.installation.regions.primary;
        const made = stage.tidb.fleet
          .cluster(name, home)
          .changesBetween(tsoOf(earliest), tsoOf(latest))
          .filter(({ ts }) => !named.has(ts));
        return [
          ...wrong.map((file) => `${what}, and ${file}`),
          ...(made.length > 0
            ? [
                `${what}, and ${made.length} changes are not in it, the first of ${iso(instantOf(made[0]!.ts))}`,
              ]
            : []),
        ];
      }),
    );
}

/**
 * The same whenever a region claims more: each change between what it claimed before and what it claims now is there at
 * that moment. What is brought later must not hide that nobody had looked.
 */
export class LogsCoverWhatTheyClaim implements Checker {
  readonly name = 'logs-cover-what-they-claim';
  readonly violations: string[] = [];
  readonly #claimed = new Map<string, Instant>();
  #stage: Stage | undefined;
  /** How many changes were looked for: a run in which nobody wrote proves nothing. */
  looks = 0;

  constructor(records: RecordWatch) {
    records.onWritten((written) => this.#see(written));
  }

  begin({ stage }: Pick<Run, 'stage'>): void {
    this.#stage = stage;
  }

  daily({ stage }: Pick<Run, 'stage'>): readonly string[] {
    return regionsOf(stage).flatMap((region) => logsCoverWhatTheyClaim(stage, region));
  }

  judge(run: Pick<Run, 'stage'>): readonly string[] {
    return [...this.violations, ...this.daily(run)];
  }

  #see({ kind, record, item, region, at }: Written): void {
    if (kind !== 'log' || !item || !this.#stage) return;
    const [from, checkpoint] = ['from', 'checkpoint'].map((name) => parseInstant(String(item[name]))!);
    const before = Math.max(from!, this.#claimed.get(record) ?? from!) as Instant;
    this.#claimed.set(record, checkpoint!);
    const [cluster, chain] = [String(item['cluster']), String(item['chain'])];
    const { installation, tidb } = this.#stage;
    if (checkpoint! <= before || !tidb.applications.has(cluster)) return;
    const made = tidb.fleet
      .cluster(cluster, installation.regions.primary)
      .changesBetween(tsoOf(before), tsoOf(checkpoint!));
    this.looks += made.length;
    for (const { ts } of made)
      if (!this.#isThere(logPrefix(cluster, chain), ts, region))
        this.violations.push(
          `${iso(at)} the log ${chain} of ${cluster} in ${region} is claimed up to ${iso(checkpoint!)} from now on, and the change of ${iso(instantOf(ts))} is in none of its files`,
        );
  }

  /** The names of metadata say which timestamps they are about. */
  #isThere(prefix: string, ts: Tso, region: string): boolean {
    const { s3, account } = this.#stage!.cloud;
    const bucket = vaultName(account, region);
    for (const [key, { body }] of s3.current(bucket, prefix + LOG_META_FOLDER)) {
      const [, min, max] = /-(\d+)-(\d+)\.meta$/.exec(key) ?? [];
      if (min === undefined || ts < BigInt(min) || ts > BigInt(max!)) continue;
      for (const { path, minTs, maxTs } of parseWithTso<LogMeta>(body.toString('utf8')).files) {
        if (ts < minTs || ts > maxTs) continue;
        const [found] = s3.current(bucket, prefix + path);
        if (found && decodeChanges(found[1].body).some((change) => change.ts === ts)) return true;
      }
    }
    return false;
  }
}

interface Found {
  readonly named: ReadonlySet<Tso>;
  /** Files that are named and are not there, or are not what was named. */
  readonly wrong: readonly string[];
}

function changesIn(
  { cloud }: Stage,
  region: string,
  { cluster, chain, checkpoint }: LogChain,
  from: Tso,
): Found {
  const prefix = logPrefix(cluster, chain);
  const there = new Map(cloud.s3.current(vaultName(cloud.account, region), prefix));
  const named = new Set<Tso>();
  const wrong: string[] = [];
  for (const [key, { body }] of there) {
    if (!key.startsWith(prefix + LOG_META_FOLDER) || !key.endsWith('.meta')) continue;
    for (const { path, minTs, maxTs, sha256 } of parseWithTso<LogMeta>(body.toString('utf8')).files) {
      if (maxTs <= from || minTs > tsoOf(checkpoint)) continue;
      const bytes = there.get(prefix + path)?.body;
      if (!bytes) wrong.push(`${path}, which is named, is not there`);
      else if (createHash('sha256').update(bytes).digest('hex') !== sha256)
        wrong.push(`${path} is not what was named`);
      else for (const { ts } of decodeChanges(bytes)) named.add(ts);
    }
  }
  return { named, wrong };
}
