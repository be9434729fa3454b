import { type RestoreResult, restoreAndCompare } from '../../../cli/demo/restoring.ts';
import type { Stage } from '../../../cli/stage.ts';
import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { regionsOf } from './checker.ts';
import { isGone } from './in-force.ts';

/** What a restore is tried from, besides `latest`: the newest of each cluster and region. */
const RESTORES = 4;

/** From every region that claims a point, the newest ones and whatever it calls the latest. */
export async function claimedPointsRestore(stage: Stage): Promise<string[]> {
  const violations: string[] = [];
  for (const region of regionsOf(stage))
    for (const { name } of stage.installation.clusters) {
      const claimed = provenIn(stage, region, name)
        .sort((a, b) => b.takenAt! - a.takenAt!)
        .slice(0, RESTORES);
      // Of a cluster that was deleted before anything of it was proven there is nothing, and nothing is claimed.
      if (claimed.length === 0 && isGone(stage, name)) continue;
      for (const to of ['latest', ...claimed.map(({ id }) => id)]) {
        // Each restore takes its time, in which points go on to expire.
        if (to !== 'latest' && !provenIn(stage, region, name).some(({ id }) => id === to)) continue;
        violations.push(...(await restoreEqualsTruth(stage, region, name, to)).violations);
      }
    }
  return violations;
}

export const provenIn = (stage: Stage, region: string, cluster: string): CopyRecord[] =>
  catalogOf(stage, region).copies.filter(
    (copy) => copy.cluster === cluster && copy.region === region && copy.state === 'proven',
  );

/**
 * Restores as an operator would and compares with what the application knows it had at that instant, file by file and
 * row by row. Answers what is wrong, in sentences.
 */
export async function restoreEqualsTruth(
  stage: Stage,
  region: string,
  cluster: string,
  to: string,
): Promise<{ readonly result: RestoreResult; readonly violations: readonly string[] }> {
  const result = await restoreAndCompare(stage, region, cluster, to);
  return { result, violations: violationsOf(result) };
}

/** What is wrong with a restore, in sentences. */
export function violationsOf({ cluster, region, to, error, comparison, output }: RestoreResult): string[] {
  const what = `restore of ${cluster} to ${to} in ${region}`;
  if (error) return [`${what} ended as ${error.name}: ${error.message}`];
  if (!comparison || !output) return [`${what} was not compared`];
  const counted = output.record.items;
  return [
    ...(comparison.differing > 0
      ? [`${what}: ${comparison.differing} items differ: ${comparison.differences.join('; ')}`]
      : []),
    // An objects restore counts what it wrote; a database's manifest has one line, its snapshot.
    ...(output.restore.target.bucket !== undefined && counted !== comparison.compared
      ? [`${what}: says that it restored ${counted} items, and the truth has ${comparison.compared}`]
      : []),
  ];
}
