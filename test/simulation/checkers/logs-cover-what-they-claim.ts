import { createHash } from 'node:crypto';
import type { Stage } from '../../../cli/stage.ts';
import { type LogChain, logPrefix } from '../../../core/log/chain.ts';
import { iso } from '../../../core/time/instant.ts';
import {
  decodeChanges,
  LOG_META_FOLDER,
  type LogMeta,
  parseWithTso,
} from '../../../embedded/tidb/log-files.ts';
import { instantOf, type Tso, tsoOf } from '../../../embedded/tidb/tso.ts';
import { vaultName } from '../../../lib/names.ts';
import { everProtected } from './in-force.ts';
import { claimedWindows } from './log-claims.ts';

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
