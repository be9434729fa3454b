import { isDeepStrictEqual } from 'node:util';
import type { MilvusCluster as Configured, MilvusReach } from '../core/plan/installation.ts';
import { type Instant, later, minutes, seconds } from '../core/time/instant.ts';
import { type Comparison, compare, NOTHING, together } from '../embedded/applications/compare.ts';
import { entitiesOf, VectorsApplication } from '../embedded/applications/vectors.ts';
import type { EmbeddedCloud } from '../embedded/cloud.ts';
import { milvusBackupImage } from '../embedded/milvus/backup/program.ts';
import type { MilvusFaults } from '../embedded/milvus/faults.ts';
import { MilvusFleet } from '../embedded/milvus/fleet.ts';
import type { Milvus } from '../embedded/milvus/milvus.ts';
import { MilvusRestServer } from '../embedded/milvus/rest.ts';

export interface MilvusOptions {
  /** What goes wrong with them and their tool by chance. @default nothing */
  readonly faults?: MilvusFaults | undefined;
}

/** The Milvus clusters of a stage: the protected ones with their applications, and those that restores fill. */
export class MilvusClusters {
  readonly fleet: MilvusFleet;
  /** By the name of the protected cluster. */
  readonly applications = new Map<string, VectorsApplication>();
  readonly #cloud: EmbeddedCloud;

  constructor(cloud: EmbeddedCloud, { faults }: MilvusOptions = {}) {
    this.#cloud = cloud;
    this.fleet = new MilvusFleet(cloud.world, faults);
    cloud.ecs.addImage('milvusdb/milvus-backup', milvusBackupImage(this.fleet));
  }

  /** A cluster at home with an application in it, and an empty one wherever it may be restored. */
  place({ name, version, reach, restoreInto }: Configured, home: string): void {
    this.applications.set(
      name,
      new VectorsApplication(this.#cloud.world, this.#add(name, home, version, reach)),
    );
    for (const [region, { reach: target }] of Object.entries(restoreInto))
      if (target && !this.fleet.at(region, target.host, target.port))
        this.#add(`${name}-restored`, region, version, target);
  }

  /** The protected cluster itself. */
  sourceOf({ name }: Configured, home: string): Milvus {
    return this.fleet.cluster(name, home);
  }

  /** The cluster that a restore of a protected one fills in a region. Throws when none is named. */
  targetOf({ name, restoreInto }: Configured, region: string): Milvus {
    const { reach } = restoreInto[region] ?? {};
    const found = reach && this.fleet.at(region, reach.host, reach.port);
    if (!found) throw new Error(`${name} has no cluster in ${region} that a restore fills`);
    return found;
  }

  /** Drops every collection of the cluster that a restore fills, as a person does who restores again. */
  emptyTarget(cluster: Configured, region: string): void {
    const target = this.targetOf(cluster, region);
    for (const collection of [...target.collections]) target.drop(collection);
  }

  /**
   * What a restore made, compared with the truth of an instant. Collections are flushed one after the other: each is what it
   * was at that instant or in the minutes behind it.
   * @param only collections with their databases; all when it is left out
   * @param remark what the restore said of itself: where names were in use, its collections have a suffix
   */
  compareRestored(
    cluster: Configured,
    region: string,
    at: Instant,
    { only, remark = '' }: { readonly only?: readonly string[]; readonly remark?: string } = {},
  ): Comparison {
    const application = this.applications.get(cluster.name)!;
    const instants = [at, ...application.instantsBetween(at, later(at, FLUSHED_WITHIN))];
    const restored = madeBy(remark, entitiesOf(this.targetOf(cluster, region)));
    const names = new Set([...application.truthAt(at).keys(), ...restored.keys()].map(collectionOf));
    return [...names]
      .filter((name) => only?.includes(name) ?? true)
      .map((name) => {
        const of = <Value>(all: ReadonlyMap<string, Value>) =>
          new Map([...all].filter(([key]) => collectionOf(key) === name));
        const mine = of(restored);
        const compared = instants.map((instant) =>
          compare(
            of(application.truthAt(instant)),
            mine,
            isDeepStrictEqual,
            (one) => JSON.stringify(one).length,
          ),
        );
        return compared.find(({ differing }) => differing === 0) ?? compared[0]!;
      })
      .reduce(together, NOTHING);
  }

  #add(name: string, region: string, version: string, reach: MilvusReach): Milvus {
    const { host, port, tls, management, bucket, rootPath, secret, securityGroups } = reach;
    const { s3, secrets, network, account } = this.#cloud;
    if (!s3.bucket(bucket))
      s3.createBucket({ name: bucket, region, account, versioning: false, eventBridge: false });
    const user = secret === undefined ? name : secretName(secret);
    const login = { username: 'holdfast', password: `of-${user}-in-${region}` };
    if (secret !== undefined)
      secrets.seed({ region, name: secretName(secret), value: JSON.stringify(login), arn: secret });
    // Milvus has a role of its own, which is not Holdfast's: its permissions are the account's business.
    const aws = this.#cloud.callAs({
      name: `milvus ${name}`,
      principal: `arn:aws:iam::${account}:role/milvus-${name}`,
      patience: PATIENCE,
    });
    const milvus = this.fleet.add({
      ...{ name, region, host, port, management, version, bucket, rootPath, aws },
      reachableFrom: securityGroups,
      ...(secret !== undefined && { login }),
    });
    network.serve(
      {
        ...{ region, host, port, reachableFrom: securityGroups },
        tls: tls ? 'required' : 'none',
        isDown: () => this.fleet.isDown(milvus),
      },
      new MilvusRestServer(milvus),
    );
    return milvus;
  }
}

/** `<database>.<collection>/<key>`. */
const collectionOf = (key: string): string => key.slice(0, key.indexOf('/'));

/** A backup of small collections takes less. */
const FLUSHED_WITHIN = minutes(10);

/** How long Milvus waits for an answer of S3. */
const PATIENCE = seconds(30);

/** Of an ARN: what stands before the six characters that Secrets Manager adds. */
const secretName = (arn: string): string =>
  arn
    .split(':')
    .at(-1)!
    .replace(/-[^-]{6}$/, '');

/** A restore's own suffix taken from what it made; without one everything there, as it is called. */
function madeBy<Value>(remark: string, all: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const [, suffix] = /its collections end in (_r[0-9a-f]{8})/.exec(remark) ?? [];
  if (suffix === undefined) return all;
  return new Map(
    [...all].flatMap(([key, value]) =>
      collectionOf(key).endsWith(suffix) ? [[key.replace(`${suffix}/`, '/'), value] as const] : [],
    ),
  );
}
