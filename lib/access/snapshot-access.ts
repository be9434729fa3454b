import type { IRole } from 'aws-cdk-lib/aws-iam';
import { DRILL_TAG } from '../../core/drills/isolation.ts';
import { groupOf, isRds } from '../../core/plan/installation.ts';
import { isPrimary, type Site } from '../config/settings.ts';
import { anyKeyArn, VAULT_KEY_ALIAS } from '../names.ts';
import { type Allowance, allow } from './statement.ts';
import { KEY_BY_USE } from './vault-access.ts';

type Kind = 'cluster' | 'cluster-snapshot' | 'db' | 'subgrp' | 'cluster-pg' | 'pg' | 'og';

/** What can be looked at, by what it takes. Not every engine names a snapshot's tags in its description. */
const SIGHTS = {
  clusters: ['rds:DescribeDBClusters'],
  instances: ['rds:DescribeDBInstances'],
  tags: ['rds:ListTagsForResource'],
  snapshots: ['rds:DescribeDBClusterSnapshots', 'rds:ListTagsForResource'],
  parameterGroups: ['rds:DescribeDBClusterParameterGroups'],
  parameters: ['rds:DescribeDBClusterParameters'],
  offers: ['rds:DescribeDBEngineVersions', 'rds:DescribeDBSubnetGroups'],
} as const;

export type Sight = keyof typeof SIGHTS;

const OURS =
  'snapshots are named after recovery points that do not exist yet; the prefix says that they are ours';

const NAMED_BY_REQUEST =
  'the restored cluster and what it is made with are named by the request, not by the configuration';

/**
 * DB clusters and their snapshots, for Aurora, DocumentDB and Neptune alike: one control plane, one IAM prefix. Grants
 * nothing when the installation protects none.
 */
export class SnapshotAccess {
  readonly #site: Site;
  readonly #clusterIds: readonly string[];

  constructor(site: Site) {
    this.#site = site;
    this.#clusterIds = site.installation.clusters.filter(isRds).map(({ clusterId }) => clusterId);
  }

  /** Sees what there is. Lists cannot be narrowed to what is ours, only to a region. */
  grantSee(role: IRole, what: readonly Sight[], region = this.#site.region): void {
    this.#allow(role, {
      actions: what.flatMap((sight) => SIGHTS[sight]),
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': region } },
      because: 'RDS authorizes lists on everything that they could name; these calls change nothing',
    });
  }

  /** Takes snapshots of the configured clusters, under Holdfast's names only. */
  grantTake(role: IRole): void {
    const { region } = this.#site;
    this.#allow(role, {
      actions: ['rds:CreateDBClusterSnapshot'],
      resources: this.#clusterIds.map((id) => this.#arn(region, 'cluster', id)),
    });
    this.#allow(role, {
      actions: ['rds:CreateDBClusterSnapshot', 'rds:AddTagsToResource'],
      resources: [this.#ours(region)],
      because: OURS,
    });
    this.#useClusterKeys(role, region);
  }

  /** Copies from the region of capture, called in the region that receives, under its vault's key. */
  grantCopyTo(role: IRole, region: string): void {
    const { primary } = this.#site.installation.regions;
    this.#allow(role, {
      actions: ['rds:CopyDBClusterSnapshot'],
      resources: [this.#ours(primary), this.#ours(region)],
      because: OURS,
    });
    this.#allow(role, {
      actions: ['rds:AddTagsToResource'],
      resources: [this.#ours(region)],
      because: OURS,
    });
    this.#allow(role, {
      actions: ['kms:CreateGrant', 'kms:DescribeKey'],
      resources: [anyKeyArn(this.#site.account, region)],
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': VAULT_KEY_ALIAS } },
      because: KEY_BY_USE,
    });
    this.#useClusterKeys(role, primary);
  }

  /** New clusters only: RDS cannot restore into one that exists, and nothing here may change or delete one. */
  grantRestore(role: IRole): void {
    const { region } = this.#site;
    const made = this.#any(region, ['cluster', 'cluster-pg', 'og', 'subgrp']);
    const because = NAMED_BY_REQUEST;
    // The log of a cluster is where the cluster is.
    if (isPrimary(this.#site))
      this.#allow(role, { actions: ['rds:RestoreDBClusterToPointInTime'], resources: made, because });
    this.#allow(role, {
      actions: ['rds:RestoreDBClusterFromSnapshot'],
      resources: [...made, ...this.#any(region, ['cluster-snapshot'])],
      because,
    });
    this.#allow(role, {
      actions: ['rds:CreateDBClusterParameterGroup', 'rds:ModifyDBClusterParameterGroup'],
      resources: this.#any(region, ['cluster-pg']),
      because,
    });
    this.#allow(role, {
      actions: ['rds:AddTagsToResource'],
      resources: this.#any(region, ['cluster']),
      because,
    });
    this.#useClusterKeys(role, region);
  }

  /** A restored cluster serves nothing until it has instances. */
  grantAddInstances(role: IRole): void {
    const { region } = this.#site;
    this.#allow(role, {
      actions: ['rds:CreateDBInstance'],
      resources: this.#any(region, ['cluster', 'db', 'og', 'pg', 'subgrp']),
      because: NAMED_BY_REQUEST,
    });
    this.#allow(role, {
      actions: ['rds:AddTagsToResource'],
      resources: this.#any(region, ['db']),
      because: NAMED_BY_REQUEST,
    });
    this.#useClusterKeys(role, region);
  }

  /** Removes clusters of drills: by the name that nothing else gets, and by the tag besides. */
  grantTearDown(role: IRole): void {
    const { region } = this.#site;
    this.grantSee(role, ['clusters', 'instances', 'tags']);
    for (const [action, kind] of [
      ['rds:DeleteDBCluster', 'cluster'],
      ['rds:DeleteDBInstance', 'db'],
    ] as const)
      this.#allow(role, {
        actions: [action],
        resources: [this.#arn(region, kind, 'drill-*')],
        conditions: { StringLike: { [`aws:ResourceTag/${DRILL_TAG}`]: 'drill-*' } },
        because: 'drills are named as they start; name and tag say that a cluster is one',
      });
  }

  /** Gives grouped clusters that were left behind another name. Nothing else of them may be changed, and none removed. */
  grantMoveAway(role: IRole, where: 'here' | 'both sides' = 'both sides'): void {
    const { installation, region } = this.#site;
    const left = installation.clusters
      .filter(isRds)
      .filter(({ name }) => groupOf(installation, name)?.to === region)
      .map(({ clusterId }) => clusterId);
    if (left.length === 0) return;
    for (const side of where === 'here' ? [region] : [region, installation.regions.primary]) {
      this.grantSee(role, ['clusters'], side);
      this.#allow(role, {
        actions: ['rds:ModifyDBCluster'],
        resources: left.flatMap((id) => [
          this.#arn(side, 'cluster', id),
          this.#arn(side, 'cluster', `${id}-left-*`),
        ]),
        because: 'the name that it gets says when it was left',
      });
    }
  }

  /** Removes snapshots that carry Holdfast's name, in this region. */
  grantDiscard(role: IRole): void {
    this.grantSee(role, ['snapshots']);
    this.#allow(role, {
      actions: ['rds:DeleteDBClusterSnapshot'],
      resources: [this.#ours(this.#site.region)],
      because: OURS,
    });
  }

  /** The same, and marks one that is still being created: RDS does not let it go before it is complete. */
  grantAbandon(role: IRole): void {
    this.grantDiscard(role);
    this.#allow(role, {
      actions: ['rds:AddTagsToResource'],
      resources: [this.#ours(this.#site.region)],
      because: OURS,
    });
  }

  /** RDS works on the caller's behalf with the cluster's own key, which only the cluster knows. */
  #useClusterKeys(role: IRole, region: string): void {
    const StringEquals = { 'kms:ViaService': `rds.${region}.amazonaws.com` };
    const resources = [anyKeyArn(this.#site.account, region)];
    this.#allow(role, {
      actions: ['kms:DescribeKey'],
      resources,
      conditions: { StringEquals },
      because: KEY_BY_USE,
    });
    this.#allow(role, {
      actions: ['kms:CreateGrant'],
      resources,
      conditions: { StringEquals, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      because: KEY_BY_USE,
    });
  }

  #ours = (region: string): string => this.#arn(region, 'cluster-snapshot', 'holdfast-*');

  #any = (region: string, kinds: readonly Kind[]): readonly string[] =>
    kinds.map((kind) => this.#arn(region, kind, '*'));

  #arn(region: string, kind: Kind, name: string): string {
    return `arn:aws:rds:${region}:${this.#site.account}:${kind}:${name}`;
  }

  #allow(role: IRole, allowance: Allowance): void {
    if (this.#clusterIds.length > 0) allow(role, allowance);
  }
}
