import { type RestoreResult, restoreAndCompare } from '../../../cli/demo/restoring.ts';
import type { Stage } from '../../../cli/stage.ts';

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

function violationsOf({ cluster, region, to, error, comparison, output }: RestoreResult): string[] {
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
