import { drillFolder } from '../drills/isolation.ts';
import type { RestoreTarget } from '../engines/driver.ts';
import { type HoldfastError, InvalidInput, TargetNotEmpty } from '../errors/registry.ts';
import {
  type Cluster,
  type DorisCluster,
  type EngineName,
  isRds,
  type MilvusCluster,
  type MilvusReach,
  type RestoreDefaults,
  type TidbCluster,
} from '../plan/installation.ts';
import { engineOfPoints, volumeGroupOf } from '../plan/volume-group.ts';

/** What a request may say about where it lands. */
export interface TargetRequest {
  readonly bucket?: string | undefined;
  readonly prefix?: string | undefined;
  readonly clusterId?: string | undefined;
  readonly subnetGroup?: string | undefined;
  readonly securityGroups?: readonly string[] | undefined;
  readonly availabilityZone?: string | undefined;
}

export type TargetAnswer =
  | { readonly outcome: 'chosen'; readonly target: RestoreTarget; readonly called: string }
  | { readonly outcome: 'refused'; readonly refusal: HoldfastError };

export interface TargetSurroundings {
  /** Where the restore runs. */
  readonly region: string;
  /** Where the cluster itself lives. */
  readonly captureRegion: string;
  readonly restoreId: string;
  /** Set when it is a drill's: it lands apart from everything else, under the drill's name. */
  readonly drill?: string;
  /** Its group is active in another region: what is here of it is true no longer. @default false */
  readonly behind?: boolean;
  /** The cluster itself is emptied and filled: a planned move brings it home. @default false */
  readonly refill?: boolean;
  /**
   * What `restoreInto` names here is where the cluster's group goes or lives: only what is asked for by its name lands in
   * it. @default false
   */
  readonly keptForGroup?: boolean;
  /** The bucket that Holdfast keeps in every region for restores that name none. */
  readonly landingBucket: string;
}

/** RDS identifiers: 1 to 63 letters, digits and hyphens, beginning with a letter, no hyphen doubled or at the end. */
const RDS_IDENTIFIER = /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/i;

/**
 * Where a restore lands: the request's own words first, then the configuration's `restoreInto` of this region, then a
 * place of its own that is named after the restore. A restore never lands on what is there.
 */
export function chooseTarget(
  cluster: Cluster,
  request: TargetRequest,
  surroundings: TargetSurroundings,
): TargetAnswer {
  const takes: readonly (keyof TargetRequest)[] = FIELDS[engineOfPoints(cluster)];
  const misplaced = ALL_FIELDS.filter((field) => request[field] !== undefined && !takes.includes(field));
  if (misplaced.length > 0) {
    return refused(
      new InvalidInput(
        `target has ${misplaced.join(', ')}, which a restore of ${cluster.name} (${cluster.engine}) does not take; ` +
          (takes.length > 0
            ? `it takes ${takes.join(', ')}`
            : 'it takes nothing: see restoreInto of the cluster'),
      ),
    );
  }
  const { region, drill } = surroundings;
  const defaults: RestoreDefaults = {
    ...cluster.restoreInto[region],
    ...(drill !== undefined && cluster.drillInto?.[region]),
  };
  if (isRds(cluster)) return rdsTarget(cluster.clusterId, request, defaults, surroundings);
  if (cluster.engine === 'ebs' || volumeGroupOf(cluster))
    return volumesTarget(cluster.name, request, defaults, surroundings);
  return cluster.engine === 'objects'
    ? objectsTarget(
        request,
        drill === undefined ? defaults : (cluster.drillInto?.[region] ?? {}),
        surroundings,
      )
    : clusterThatIsThere(cluster, surroundings);
}

const RDS_FIELDS = ['clusterId', 'subnetGroup', 'securityGroups'] as const;
const FIELDS = {
  objects: ['bucket', 'prefix'],
  aurora: RDS_FIELDS,
  documentdb: RDS_FIELDS,
  neptune: RDS_FIELDS,
  tidb: [],
  ebs: ['availabilityZone'],
  doris: [],
  milvus: [],
} as const satisfies Record<EngineName, readonly (keyof TargetRequest)[]>;
const ALL_FIELDS = [...FIELDS.objects, ...RDS_FIELDS, ...FIELDS.ebs];

/** The tools of self-run engines fill a cluster that is there; they make none. How it is reached the configuration says. */
function clusterThatIsThere(
  cluster: TidbCluster | DorisCluster | MilvusCluster,
  { region, captureRegion, drill, refill = false }: TargetSurroundings,
): TargetAnswer {
  const { name, engine } = cluster;
  const there = addressIn(cluster, region);
  // It has names of its own there and may land beside anything, so it claims no place. TiDB's tool needs the whole cluster.
  if (drill !== undefined && there !== undefined && engine !== 'tidb')
    return { outcome: 'chosen', target: {}, called: `${drill} in ${there.replace(/:.*/, '')}` };
  // A drill never lands in the cluster that is protected.
  const home = drill === undefined && region === captureRegion ? itself(cluster, refill) : undefined;
  const called = there ?? home;
  if (called !== undefined) return { outcome: 'chosen', target: {}, called };
  const which = engine === 'tidb' ? 'an empty TiDB cluster' : `a cluster of engine ${engine}`;
  return refused(
    new InvalidInput(
      `no cluster is named that a restore of ${name} in ${region} fills; set up ${which} there and name it ` +
        `in restoreInto.${region}.reach of ${name}`,
    ),
  );
}

/**
 * At home Doris and Milvus restore into the protected cluster itself, beside what is there: a table or collection that was
 * lost is wanted where the others are. TiDB fills a cluster of its own, unless a move brings it home.
 */
function itself(cluster: TidbCluster | DorisCluster | MilvusCluster, refill: boolean): string | undefined {
  if (cluster.engine === 'tidb') return refill ? `${cluster.reach.pd}, ${PROTECTED}` : undefined;
  const at = cluster.engine === 'doris' ? cluster.reach.sql.host : hostAndPort(cluster.reach);
  return `${at}, ${PROTECTED}`;
}

/** What a target is called that nobody removes, whatever a restore left in it. */
export const PROTECTED = 'the cluster that is protected';

/**
 * What a person knows it by. With its port it is a place that one restore has at a time: two of Milvus would take each
 * other's names. In Doris each database has its own turns.
 */
function addressIn(cluster: TidbCluster | DorisCluster | MilvusCluster, region: string): string | undefined {
  switch (cluster.engine) {
    case 'tidb':
      return cluster.restoreInto[region]?.reach?.pd;
    case 'doris':
      return cluster.restoreInto[region]?.reach?.sql.host;
    case 'milvus': {
      const { reach } = cluster.restoreInto[region] ?? {};
      return reach && hostAndPort(reach);
    }
  }
}

const hostAndPort = ({ host, port }: MilvusReach): string => `${host}:${port}`;

/** New volumes, always: where the captured ones were, unless a zone is named. */
function volumesTarget(
  name: string,
  request: TargetRequest,
  defaults: RestoreDefaults,
  { region, captureRegion, restoreId }: TargetSurroundings,
): TargetAnswer {
  const availabilityZone = request.availabilityZone ?? defaults.availabilityZone;
  const isWrong =
    availabilityZone === undefined ? region !== captureRegion : !availabilityZone.startsWith(region);
  if (isWrong)
    return refused(
      new InvalidInput(
        `target.availabilityZone is ${availabilityZone ?? 'not given'}, and restored volumes of ${name} lie in a zone of ${region}; ` +
          `name one, such as ${region}a, there or in restoreInto.${region} of ${name}`,
      ),
    );
  const { kmsKey, volumeType } = defaults;
  const target: RestoreTarget = {
    ...(availabilityZone !== undefined && { availabilityZone }),
    ...(volumeType !== undefined && { volumeType }),
    ...(kmsKey !== undefined && { kmsKey }),
  };
  return { outcome: 'chosen', target, called: `the volumes of ${restoreId}` };
}

function objectsTarget(
  request: TargetRequest,
  defaults: RestoreDefaults,
  { restoreId, landingBucket, drill, keptForGroup }: TargetSurroundings,
): TargetAnswer {
  const named = keptForGroup && drill === undefined ? undefined : defaults.bucket;
  const bucket = request.bucket ?? named ?? landingBucket;
  const prefix = drill === undefined ? (request.prefix ?? `${restoreId}/`) : drillFolder(drill);
  const kmsKey = defaults.kmsKey;
  const target = { bucket, prefix, ...(kmsKey !== undefined && { kmsKey }) };
  return { outcome: 'chosen', target, called: `s3://${bucket}/${prefix}` };
}

function rdsTarget(
  sourceId: string,
  request: TargetRequest,
  defaults: RestoreDefaults,
  { region, captureRegion, restoreId, drill, behind }: TargetSurroundings,
): TargetAnswer {
  const clusterId = drill ?? request.clusterId ?? restoreId;
  if (!RDS_IDENTIFIER.test(clusterId)) {
    return refused(
      new InvalidInput(
        `target.clusterId is ${JSON.stringify(clusterId)}; RDS takes 1 to 63 letters, digits and single hyphens, ` +
          'beginning with a letter',
      ),
    );
  }
  // RDS compares identifiers without case. In another region the same name is what a recovery may well want; whether it
  // is taken there is for the pre-flight to see.
  if (!behind && region === captureRegion && clusterId.toLowerCase() === sourceId.toLowerCase()) {
    return refused(
      new TargetNotEmpty(
        `target.clusterId is ${clusterId}, the cluster that is protected, and a restore never overwrites; ` +
          'leave it out for a new cluster, or name one that does not exist',
      ),
    );
  }
  const subnetGroup = request.subnetGroup ?? defaults.subnetGroup;
  const securityGroups = request.securityGroups ?? defaults.securityGroups;
  const { kmsKey } = defaults;
  const target: RestoreTarget = {
    clusterId: clusterId.toLowerCase(),
    ...(subnetGroup !== undefined && { subnetGroup }),
    ...(securityGroups !== undefined && { securityGroups }),
    ...(kmsKey !== undefined && { kmsKey }),
  };
  return { outcome: 'chosen', target, called: target.clusterId ?? clusterId };
}

const refused = (refusal: HoldfastError): TargetAnswer => ({ outcome: 'refused', refusal });
