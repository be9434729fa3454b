import type { Stage } from '../../../cli/stage.ts';
import { catalogOf } from '../../support/catalog-of.ts';

/** When nothing is on the way any more, both regions hold the same points. */
export function catalogsAgree(stage: Stage): string[] {
  const { primary, recovery } = stage.installation.regions;
  const printed = (region: string) =>
    new Map(
      [...catalogOf(stage, region).points, ...catalogOf(stage, region).copies].map((record) => [
        `${record.id} ${'region' in record ? record.region : ''}${'openedAt' in record ? 'point' : 'copy'}`,
        JSON.stringify(Object.entries(record).sort()),
      ]),
    );
  const home = printed(primary);
  return recovery.flatMap((region) => {
    const away = printed(region);
    return [...new Set([...home.keys(), ...away.keys()])]
      .filter((key) => home.get(key) !== away.get(key))
      .map((key) => `${key}: ${home.get(key)} in ${primary}, ${away.get(key)} in ${region}`);
  });
}
