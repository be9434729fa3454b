import type { HoldfastInput } from '../../../core/plan/input.ts';
import { isRds } from '../../../core/plan/installation.ts';
import { hours } from '../../../core/time/instant.ts';
import { AwsError } from '../../../embedded/service.ts';
import type { Act, Desk } from './operators-desk.ts';

/** Somebody deploys again with nothing changed that would matter, in the middle of whatever runs. */
export const redeploys: Act = async (desk, chance) => {
  const { input, tuned } = desk.scenery;
  if (desk.input !== input && desk.input !== tuned) return undefined;
  const running = () =>
    [...desk.stage.cloud.states.machines].flatMap(({ arn }) =>
      desk.stage.cloud.states.list(arn).filter(({ status }) => status === 'RUNNING'),
    );
  const during = await desk.choice(chance, running, hours(6));
  if (!during) return undefined;
  return deploy(desk, desk.input === input ? tuned : input, `while ${during.machine.name} runs`);
};

/** Somebody changes what is kept and when it is taken, or takes such a change back. */
export const editsPlan: Act = async (desk, chance) => {
  const { edited, tuned } = desk.scenery;
  if (!edited.includes(desk.input) && desk.input !== tuned) return undefined;
  const other = chance.pick(edited.filter((input) => input !== desk.input));
  return deploy(desk, other, `plan ${edited.indexOf(other)}`);
};

/**
 * Somebody deletes the database itself, which can happen once; or stops protecting one of the clusters, and some day
 * protects it again.
 */
export const deletesCluster: Act = async (desk, chance) => {
  const { input: whole, without } = desk.scenery;
  if (Object.values(without).includes(desk.input))
    return chance.chance(0.7) ? deploy(desk, whole, 'every cluster is protected again') : undefined;
  if (chance.chance(0.4)) return deletesDatabase(desk);
  if (desk.input !== whole) return undefined;
  const [name, input] = chance.pick(Object.entries(without));
  return deploy(desk, input, `${name} is not protected any more`);
};

async function deploy(desk: Desk, input: HoldfastInput, what: string): Promise<string | undefined> {
  const { stage } = desk;
  if (stage.redeploying || desk.lit.length < 2) return undefined;
  const { installation, assembly } = await stage.cloud.world.external(desk.blueprint.variant(input));
  // Synthesizing takes no time here, but somebody else may have been as quick.
  if (stage.redeploying) return undefined;
  desk.input = input;
  const update = stage.redeploy(installation, assembly);
  stage.cloud.world.at(stage.now, () => update);
  return what;
}

/** In the console of RDS, without a final snapshot. The application has nothing to write to from then on. */
export function deletesDatabase({ stage, home, isHomeLit }: Desk): string | undefined {
  const [name = '', orders] = [...stage.orders].find(([, application]) => !application.closed) ?? [];
  const cluster = stage.installation.clusters.find((each) => each.name === name);
  if (!orders || !cluster || !isRds(cluster) || !isHomeLit) return undefined;
  const { clusterId } = cluster;
  const { cloud } = stage;
  const call = (operation: string, input: object) =>
    cloud.rds.call(operation, input, {
      account: cloud.account,
      region: home,
      principal: `arn:aws:iam::${cloud.account}:root`,
      now: stage.now,
    });
  try {
    const { DBInstances } = call('DescribeDBInstances', {}) as {
      readonly DBInstances: readonly { DBInstanceIdentifier: string; DBClusterIdentifier?: string }[];
    };
    for (const instance of DBInstances)
      if (instance.DBClusterIdentifier === clusterId)
        call('DeleteDBInstance', { DBInstanceIdentifier: instance.DBInstanceIdentifier });
    orders.close();
    call('DeleteDBCluster', { DBClusterIdentifier: clusterId, SkipFinalSnapshot: true });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return undefined;
  }
  return `${clusterId} in RDS`;
}
