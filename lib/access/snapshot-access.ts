import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { RdsCluster } from '../../core/plan/installation.ts';
import type { Site } from '../config/settings.ts';
import { anyKeyArn, VAULT_KEY_ALIAS } from '../names.ts';
import { allow } from './statement.ts';

type Kind = 'cluster' | 'cluster-snapshot' | 'db' | 'subgrp' | 'cluster-pg' | 'pg' | 'og';

/**
 * DB clusters and their snapshots, for Aurora, DocumentDB and Neptune alike: one control plane, one IAM prefix. Grants
 * nothing when the installation protects none.
 */
export class SnapshotAccess {
  readonly #site: Site;
  readonly #clusterIds: readonly string[];

  constructor(site: Site) {
    this.#site = site;
    this.#clusterIds = site.installation.clusters
      .filter((cluster): cluster is RdsCluster => cluster.engine !== 'objects')
      .map(({ clusterId }) => clusterId);
  }

  /** Names, states and settings. Lists cannot be narrowed to what is ours. */
  grantDescribe(role: IRole, region = this.#site.region): void {
    this.#allow(
      role,
      [
        'rds:DescribeDBClusters',
        'rds:DescribeDBInstances',
        'rds:DescribeDBClusterSnapshots',
        'rds:DescribeDBClusterParameterGroups',
        'rds:DescribeDBClusterParameters',
        'rds:DescribeDBSubnetGroups',
        'rds:ListTagsForResource',
      ],
      [
        this.#arn(region, 'cluster', '*'),
        this.#arn(region, 'cluster-snapshot', '*'),
        this.#arn(region, 'db', '*'),
      ].concat(this.#arn(region, 'cluster-pg', '*'), this.#arn(region, 'subgrp', '*')),
    );
  }

  /** Takes snapshots of the configured clusters, under Holdfast's names only. */
  grantTake(role: IRole): void {
    const { region } = this.#site;
    this.#allow(
      role,
      ['rds:CreateDBClusterSnapshot', 'rds:AddTagsToResource'],
      [...this.#clusterIds.map((id) => this.#arn(region, 'cluster', id)), this.#ours(region)],
    );
    this.#useAnyKey(role, region);
  }

  /** Copies from the region of capture, called in the region that receives, under its vault's key. */
  grantCopyTo(role: IRole, region: string): void {
    this.grantDescribe(role, region);
    this.#allow(
      role,
      ['rds:CopyDBClusterSnapshot', 'rds:AddTagsToResource'],
      [this.#ours(this.#site.installation.regions.primary), this.#ours(region)],
    );
    this.#allow(role, ['kms:CreateGrant', 'kms:DescribeKey'], [anyKeyArn(this.#site.account, region)], {
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': VAULT_KEY_ALIAS },
    });
    this.#useAnyKey(role, this.#site.installation.regions.primary);
  }

  /** New clusters only: RDS cannot restore into one that exists, and nothing here may change or delete one. */
  grantRestore(role: IRole): void {
    const { region } = this.#site;
    const any = (kind: Kind): string => this.#arn(region, kind, '*');
    this.grantDescribe(role);
    this.#allow(
      role,
      [
        'rds:RestoreDBClusterFromSnapshot',
        'rds:RestoreDBClusterToPointInTime',
        'rds:CreateDBInstance',
        'rds:CreateDBClusterParameterGroup',
        'rds:ModifyDBClusterParameterGroup',
        'rds:AddTagsToResource',
      ],
      [
        any('cluster'),
        any('cluster-snapshot'),
        any('db'),
        any('subgrp'),
        any('cluster-pg'),
        any('pg'),
        any('og'),
      ],
    );
    this.#useAnyKey(role, region);
  }

  /** Removes snapshots that carry Holdfast's name, in this region. */
  grantDiscard(role: IRole): void {
    this.grantDescribe(role);
    this.#allow(
      role,
      ['rds:DeleteDBClusterSnapshot', 'rds:AddTagsToResource'],
      [this.#ours(this.#site.region)],
    );
  }

  /** RDS works on the caller's behalf with the cluster's own key, which only the cluster knows. */
  #useAnyKey(role: IRole, region: string): void {
    const key = anyKeyArn(this.#site.account, region);
    const service = { 'kms:ViaService': `rds.${region}.amazonaws.com` };
    this.#allow(role, ['kms:DescribeKey'], [key], { StringEquals: service });
    this.#allow(role, ['kms:CreateGrant'], [key], {
      StringEquals: service,
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    });
  }

  #ours = (region: string): string => this.#arn(region, 'cluster-snapshot', 'holdfast-*');

  #arn(region: string, kind: Kind, name: string): string {
    return `arn:aws:rds:${region}:${this.#site.account}:${kind}:${name}`;
  }

  #allow(...[role, actions, resources, conditions]: Parameters<typeof allow>): void {
    if (this.#clusterIds.length > 0) allow(role, actions, resources, conditions);
  }
}
