import type { IRole } from 'aws-cdk-lib/aws-iam';
import { DRILL_TAG } from '../../core/drills/isolation.ts';
import { type VolumeGroup, volumeGroupOf } from '../../core/plan/volume-group.ts';
import type { Site } from '../config/settings.ts';
import { anyKeyArn, VAULT_KEY_ALIAS } from '../names.ts';
import { type Allowance, allow } from './statement.ts';
import { KEY_BY_USE } from './vault-access.ts';

/** What can be looked at, by what it takes. */
const SIGHTS = {
  instances: 'ec2:DescribeInstances',
  volumes: 'ec2:DescribeVolumes',
  snapshots: 'ec2:DescribeSnapshots',
  zones: 'ec2:DescribeAvailabilityZones',
} as const;

export type VolumeSight = keyof typeof SIGHTS;

/** Whatever carries it is of a recovery point: snapshots and their copies. */
const POINT_TAG = 'holdfast:recovery-point';
const RESTORE_TAG = 'holdfast:restore';

const NO_ID_YET = 'what is made has no id yet; the tag that it is made with says that it is ours';

/** What EBS uses a key for in its caller's name (EBS guide, Copy an Amazon EBS snapshot). */
const KEY_USES = [
  'kms:DescribeKey',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:Decrypt',
];

/** Snapshots of EBS volumes, and volumes made of them. Grants nothing when the installation protects none. */
export class VolumeAccess {
  readonly #site: Site;
  readonly #clusters: readonly VolumeGroup[];

  constructor(site: Site) {
    this.#site = site;
    this.#clusters = site.installation.clusters.flatMap((cluster) => volumeGroupOf(cluster) ?? []);
  }

  /** Whether any cluster is protected this way. */
  get isUsed(): boolean {
    return this.#clusters.length > 0;
  }

  /** Sees what there is. EC2 lists all or nothing, in a region. */
  grantSee(role: IRole, what: readonly VolumeSight[], region = this.#site.region): void {
    this.#allow(role, {
      actions: what.map((sight) => SIGHTS[sight]),
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': region } },
      because: 'EC2 cannot narrow a list to what is ours; these calls change nothing',
    });
  }

  /** Takes snapshots of the instances that carry a cluster's tag, with the tag of a recovery point. */
  grantTake(role: IRole): void {
    const { region } = this.#site;
    // Of a cluster that has to be kept still first, instances are looked for by whoever finds it still.
    if (this.#site.installation.clusters.some((one) => one.engine === 'tidb' && one.volumes))
      this.grantSee(role, ['instances', 'volumes']);
    for (const { instances } of this.#clusters)
      this.#allow(role, {
        actions: ['ec2:CreateSnapshots'],
        resources: [this.#arn(region, 'instance')],
        conditions: { StringEquals: { [`aws:ResourceTag/${instances.key}`]: instances.value } },
        because: 'the instances of a cluster are those that carry its tag, whichever they are',
      });
    this.#allow(role, {
      actions: ['ec2:CreateSnapshots'],
      resources: [this.#arn(region, 'volume')],
      because: 'which volumes an instance has, only the instance knows',
    });
    this.#makeTagged(role, 'CreateSnapshots', region, 'snapshot', POINT_TAG);
  }

  /** Copies from the region of capture, called in the region that receives, under its vault's key. */
  grantCopyTo(role: IRole, region: string): void {
    const { account, installation } = this.#site;
    this.#makeTagged(role, 'CopySnapshot', region, 'snapshot', POINT_TAG);
    this.#useKeys(role, installation.regions.primary);
    const aliases = { 'kms:ResourceAliases': VAULT_KEY_ALIAS };
    const resources = [anyKeyArn(account, region)];
    this.#allow(role, {
      actions: KEY_USES,
      resources,
      conditions: { 'ForAnyValue:StringEquals': aliases, StringEquals: this.#throughEc2(region) },
      because: KEY_BY_USE,
    });
    this.#allow(role, {
      actions: ['kms:CreateGrant'],
      resources,
      conditions: {
        'ForAnyValue:StringEquals': aliases,
        StringEquals: this.#throughEc2(region),
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      },
      because: KEY_BY_USE,
    });
  }

  /** New volumes only; nothing here may attach, change or delete one. */
  grantRestore(role: IRole): void {
    const { region } = this.#site;
    this.#makeTagged(role, 'CreateVolume', region, 'volume', RESTORE_TAG);
    this.#useKeys(role, region);
  }

  /** Removes snapshots that carry the tag of a recovery point, in this region. */
  grantDiscard(role: IRole): void {
    const { region } = this.#site;
    this.grantSee(role, ['snapshots']);
    this.#allow(role, {
      actions: ['ec2:DeleteSnapshot'],
      resources: [this.#arn(region, 'snapshot')],
      conditions: { StringLike: { [`aws:ResourceTag/${POINT_TAG}`]: '*' } },
      because: 'snapshots have ids of their own; the tag of a recovery point says that one is ours',
    });
  }

  /** Removes volumes that carry a drill's tag. */
  grantTearDown(role: IRole): void {
    this.grantSee(role, ['volumes']);
    this.#allow(role, {
      actions: ['ec2:DeleteVolume'],
      resources: [this.#arn(this.#site.region, 'volume')],
      conditions: { StringLike: { [`aws:ResourceTag/${DRILL_TAG}`]: 'drill-*' } },
      because: 'volumes have ids of their own; the tag of a drill says that one is of a drill',
    });
  }

  /** To make something with its tags is a right to make it and one to tag what is being made. */
  #makeTagged(
    role: IRole,
    operation: string,
    region: string,
    kind: 'snapshot' | 'volume',
    tag: string,
  ): void {
    const resources = [this.#arn(region, kind)];
    const StringLike = { [`aws:RequestTag/${tag}`]: '*' };
    this.#allow(role, {
      actions: [`ec2:${operation}`],
      resources,
      conditions: { StringLike },
      because: NO_ID_YET,
    });
    this.#allow(role, {
      actions: ['ec2:CreateTags'],
      resources,
      conditions: { StringEquals: { 'ec2:CreateAction': operation } },
      because: NO_ID_YET,
    });
  }

  /** EBS works on the caller's behalf with the keys of volumes and snapshots, which only these know. */
  #useKeys(role: IRole, region: string): void {
    const resources = [anyKeyArn(this.#site.account, region)];
    const StringEquals = this.#throughEc2(region);
    this.#allow(role, {
      actions: KEY_USES,
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

  #throughEc2 = (region: string) => ({ 'kms:ViaService': `ec2.${region}.amazonaws.com` });

  /** EC2 writes the ARNs of snapshots without an account, and those of the others with one. */
  #arn = (region: string, kind: 'instance' | 'volume' | 'snapshot'): string =>
    `arn:aws:ec2:${region}:${kind === 'snapshot' ? '*' : this.#site.account}:${kind}/*`;

  #allow(role: IRole, allowance: Allowance): void {
    if (this.#clusters.length > 0) allow(role, allowance);
  }
}
