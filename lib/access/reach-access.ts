import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type WayOver, wayOver } from '../../core/groups/home.ts';
import { groupOf } from '../../core/plan/installation.ts';
import type { Place } from '../../core/ports/reach.ts';
import { type ReachedHere, reachedAt, secretsOf } from '../config/reach.ts';
import type { Site } from '../config/settings.ts';
import { reachFunctionArn } from '../names.ts';
import { allowSecrets } from './secret-access.ts';
import { allow } from './statement.ts';

/** As AWS's own AWSLambdaVPCAccessExecutionRole lists them (aws-managed-policy/latest/reference), less its logs. */
const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** The functions that stand in clusters' networks: what they may do, and who may call them. */
export class ReachAccess {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** The function of one place. */
  grantStand(role: IRole, here: ReachedHere): void {
    const { account, region } = this.#site;
    allow(role, {
      actions: INTERFACES,
      resources: ['*'],
      because:
        "Lambda makes a function's network interfaces under the function's own role, and names them itself",
    });
    // Lambda needs these rights and the function's code does not: this key is there when the code makes a call
    // (lambda/latest/dg/configuration-vpc.html).
    role.addToPrincipalPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: INTERFACES,
        resources: ['*'],
        conditions: {
          ArnEquals: {
            'lambda:SourceFunctionArn': reachFunctionArn(account, region, here.end, here.cluster),
          },
        },
      }),
    );
    allowSecrets(role, this.#site, secretsOf(here.ends));
  }

  /** Looks into the clusters of TiDB that restores fill, and empties them after a drill. */
  grantLookIntoFilled(role: IRole): void {
    const { account, region, installation } = this.#site;
    const tidb = new Set(
      installation.clusters.flatMap(({ engine, name }) => (engine === 'tidb' ? [name] : [])),
    );
    allow(role, {
      actions: ['lambda:InvokeFunction'],
      resources: reachedAt(this.#site)
        .filter(({ end, cluster }) => end === 'target' && tidb.has(cluster))
        .map(({ end, cluster }) => reachFunctionArn(account, region, end, cluster)),
    });
  }

  /** Looks into the clusters that a planned move of a group fills here, which have to be empty. */
  grantLookIntoMoved(role: IRole): void {
    this.#grantMoved(role, 'fill', 'target');
  }

  /** Empties, in its home, what a planned move brings back there: see `wanted-by-move.ts` for when. */
  grantEmptyBehind(role: IRole): void {
    this.#grantMoved(role, 'refill', 'source');
  }

  #grantMoved(role: IRole, way: WayOver, at: Place['end']): void {
    const { account, region, installation } = this.#site;
    const { clusters, regions } = installation;
    const moved = new Set(
      clusters
        .filter((cluster) => groupOf(installation, cluster.name))
        .filter((cluster) => wayOver(cluster, region, regions.primary) === way)
        .map(({ name }) => name),
    );
    allow(role, {
      actions: ['lambda:InvokeFunction'],
      resources: reachedAt(this.#site)
        .filter(({ end, cluster }) => end === at && moved.has(cluster))
        .map(({ cluster }) => reachFunctionArn(account, region, at, cluster)),
    });
  }

  /** Speaks to the clusters at these ends, through their functions in this region. */
  grantReach(role: IRole, ...ends: readonly Place['end'][]): void {
    const { account, region } = this.#site;
    allow(role, {
      actions: ['lambda:InvokeFunction'],
      resources: reachedAt(this.#site)
        .filter(({ end }) => ends.includes(end))
        .map(({ end, cluster }) => reachFunctionArn(account, region, end, cluster)),
    });
  }
}
