import type { RateText, SizeText } from './quantities.ts';
import type {
  DorisClusterInput,
  DorisReachInput,
  MilvusClusterInput,
  MilvusReachInput,
  TidbClusterInput,
  TidbReachInput,
} from './self-run-input.ts';
import type { SwitchInput } from './switch-input.ts';

export type * from './self-run-input.ts';
export type * from './switch-input.ts';

/** Aurora's Data API, with a user of one region. */
export interface DataApiInput {
  /** ARN of a secret in the region of the cluster: JSON with `username` and `password`. */
  readonly secret: string;
  /**
   * The database that the session begins in. PostgreSQL needs one.
   * @default none
   */
  readonly database?: string;
}

/** Where a restore lands in one region when the request names nothing else. */
export interface RestoreIntoInput {
  /** @default the region's own landing bucket */
  readonly bucket?: string;
  /** @default the group of the captured cluster's name */
  readonly subnetGroup?: string;
  /**
   * A database cluster that is copied to this region needs them: those of the cluster belong to its own region.
   * @default those of the captured cluster, in its own region
   */
  readonly securityGroups?: readonly string[];
  /** @default the key of the recovery point */
  readonly kmsKey?: string;
  /**
   * The cluster that a restore of a self-run one fills: of the same version or a later one; for TiDB an empty one.
   */
  readonly reach?: TidbReachInput | DorisReachInput | MilvusReachInput;
  /** Zone of restored volumes. An ebs cluster needs one in each region that it is copied to; at home it is where they were. */
  readonly availabilityZone?: string;
  /** @default the type that each volume had */
  readonly volumeType?: 'gp2' | 'gp3';
  /**
   * Of an Aurora cluster: how its heartbeat is read after a restore in this region. The Data API of the restored cluster
   * is switched on for it.
   * @default none: what was lost is claimed, and not proven
   */
  readonly dataApi?: DataApiInput;
}

/** Where a drill lands in one region, when it is not to be where restores land. */
export interface DrillIntoInput {
  /** @default the region's own landing bucket */
  readonly bucket?: string;
  /**
   * A database cluster with drills needs them: groups without egress, that let nobody in but who looks at the drill.
   * Holdfast makes none, because it does not know the VPC of the subnet group.
   */
  readonly securityGroups?: readonly string[];
  /** @default that of `restoreInto` */
  readonly subnetGroup?: string;
}

export interface ClusterInputBase {
  /** Name of the plan that protects it. */
  readonly plan: string;
  /** Expected size, for the restore arithmetic before a drill has measured it. */
  readonly expectedSize: SizeText;
  /** @default '200 MB/s' for objects, '100 MB/s' for database and ebs clusters */
  readonly restoreRate?: RateText;
  /**
   * By region.
   * @default what RestoreIntoInput says
   */
  readonly restoreInto?: Readonly<Record<string, RestoreIntoInput>>;
  /**
   * By region. Of objects and database clusters only: of the others, drills land where restores do, under names of their
   * own.
   */
  readonly drillInto?: Readonly<Record<string, DrillIntoInput>>;
  /**
   * What says to applications where the cluster is, and is switched when its group changes sides.
   * @default nothing: whoever uses the cluster is told by somebody else
   */
  readonly switch?: readonly SwitchInput[];
}

/** The objects of an S3 bucket. Its versioning must be on: a recovery point pins exact versions. */
export interface ObjectsClusterInput extends ClusterInputBase {
  readonly engine: 'objects';
  readonly bucket: string;
  /**
   * Only keys that start with this; ends with a slash.
   * @default '' (the whole bucket)
   */
  readonly prefix?: string;
  /**
   * Write an object `holdfast-heartbeat.json` under the prefix every quarter of an hour, so that a restore proves what it
   * lost. Each is a version that the bucket keeps.
   * @default false
   */
  readonly heartbeat?: boolean;
}

/** A DB cluster that RDS's control plane manages. */
export interface RdsClusterInput extends ClusterInputBase {
  readonly engine: 'aurora' | 'documentdb' | 'neptune';
  /** The DB cluster identifier. */
  readonly clusterId: string;
  /**
   * Of an Aurora cluster whose Data API is enabled: a heartbeat is written through it. docs/heartbeat.md says what its
   * user may do.
   * @default none: the true loss of a restore stays unmeasured
   */
  readonly dataApi?: DataApiInput;
}

/** Any self-run cluster, protected as a whole by snapshots of its instances' EBS volumes. */
export interface EbsClusterInput extends ClusterInputBase {
  readonly engine: 'ebs';
  /** The tag that all its instances carry, and no other instance. */
  readonly instances: { readonly key: string; readonly value: string };
  /**
   * Leave out the volumes that instances boot from: a restored cluster boots from an image of its own.
   * @default true
   */
  readonly excludeBootVolume?: boolean;
}

export type ClusterInput =
  | ObjectsClusterInput
  | RdsClusterInput
  | TidbClusterInput
  | EbsClusterInput
  | DorisClusterInput
  | MilvusClusterInput;
