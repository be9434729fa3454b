import type { Stage } from '../../../cli/stage.ts';
import { iso } from '../../../core/time/instant.ts';
import { machineArn } from '../../../lib/names.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { regionsOf } from './checker.ts';
import { plansBetween } from './in-force.ts';

interface CopyOf {
  readonly recoveryPointId?: string;
  readonly region?: string;
}

/**
 * A backup that ended well has begun the copies that its plan asks for. One that could not has to end badly, because
 * that is what is told; a copy that is found missing the next morning was missing all night and nobody knew.
 */
export const copiesBegun = (stage: Stage): string[] =>
  regionsOf(stage).flatMap((region) => copiesBegunIn(stage, region));

function copiesBegunIn(stage: Stage, here: string): string[] {
  const { account, states } = stage.cloud;
  const { primary } = stage.installation.regions;
  const points = new Map(catalogOf(stage, primary).points.map((point) => [point.execution as string, point]));
  const copies = states.list(machineArn(account, here, 'copy'));
  return states
    .list(machineArn(account, here, 'backup'))
    .filter(({ status }) => status === 'SUCCEEDED')
    .flatMap(({ arn, startedAt, stoppedAt }) => {
      const point = points.get(arn);
      if (!point || point.sealedAt === undefined) return [];
      const plans = plansBetween(stage, point.cluster, startedAt, stoppedAt!);
      // Asked for by every plan that may have ruled meanwhile.
      const [first, ...others] = plans.map((plan) => (here === primary ? (plan?.copyTo ?? []) : [primary]));
      return (first ?? [])
        .filter((region) => others.every((other) => other.includes(region)))
        .filter(
          (region) =>
            !copies.some(
              ({ data, startedAt: begun }) =>
                (data as CopyOf).recoveryPointId === point.id &&
                (data as CopyOf).region === region &&
                begun <= stoppedAt!,
            ),
        )
        .map(
          (region) =>
            `the backup of ${point.id} ended well at ${iso(stoppedAt!)}, and no copy to ${region} had been begun`,
        );
    });
}
