import { ArnPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { containersAt } from '../config/containers.ts';
import { logsAt, truncationLocks } from '../config/logs.ts';
import { captures, isPrimary, isProtectedAt, type Site } from '../config/settings.ts';
import { storedBy, type TidbHere, takenAwayByBr, tidbAt, tidbTargetsAt } from '../config/tidb.ts';
import { brRoleArn, roleArn } from '../names.ts';

/** The poller of captures empties the folder of an attempt that failed for good: see `ContainerAccess.grantEmpty`. */
const pollerOf = ({ account, region }: Site): string => roleArn(account, region, 'PollCapture');

/** Who hides what here, besides the discarders: BR its own notes (see `takenAwayByBr`), the poller failed
 * attempts of any tool, and who tends the logs a lock that a killed truncation left. */
function hiddenBy(site: Site): readonly (readonly [role: string, keys: readonly string[]])[] {
  const clusters = tidbAt(site).map(({ cluster }) => cluster.name);
  const brs = clusters.map(
    (name) => [brRoleArn(site.account, site.region, name), takenAwayByBr(site, name)] as const,
  );
  const logs = logsAt(site).filter(({ name }) => clusters.includes(name));
  const tender = roleArn(site.account, site.region, 'TendLogs');
  return [
    ...brs,
    ...(captures(site) && containersAt(site).length > 0
      ? ([[pollerOf(site), containersAt(site).map(({ items }) => items)]] as const)
      : []),
    ...(logs.length > 0 ? ([[tender, logs.map(({ name }) => truncationLocks(name))]] as const) : []),
  ];
}

export const tidbHiders = (site: Site): readonly string[] => hiddenBy(site).map(([role]) => role);

/** The clusters that recovery points are taken of here. */
const storingAt = (site: Site): readonly TidbHere[] =>
  tidbAt(site).filter(({ cluster }) => isProtectedAt(site, cluster.name));

/** BR and, where it is named, TiKV store what they back up. */
export const tidbWriters = (site: Site): readonly string[] =>
  storingAt(site).flatMap(({ cluster, reach }) => [
    brRoleArn(site.account, site.region, cluster.name),
    ...(reach.tikvRole === undefined ? [] : [reach.tikvRole]),
  ]);

/**
 * Clusters whose items somebody stores whom the configuration does not name: TiKV, where its role is not given. The
 * vault cannot tell that role from others, so it leaves these folders to the policies of the account's roles.
 */
export const openClusters = (site: Site): readonly string[] =>
  storingAt(site).flatMap(({ cluster, reach }) => (reach.tikvRole === undefined ? [cluster.name] : []));

/** Keeps each writer to the folders of its own clusters, whatever other policies give it. */
export function confinements(site: Site, bucketArn: string): readonly Confinement[] {
  const stored = new Map<string, string[]>();
  const add = (role: string, keys: readonly string[]) =>
    stored.set(role, [...(stored.get(role) ?? []), ...keys.map((key) => `${bucketArn}/${key}`)]);
  for (const { cluster, reach } of tidbAt(site)) {
    const stores = isProtectedAt(site, cluster.name);
    add(
      brRoleArn(site.account, site.region, cluster.name),
      stores ? storedBy(cluster.name) : [`${cluster.name}/log/*`],
    );
    // Hosts of two clusters may work under one role.
    if (stores && reach.tikvRole !== undefined) add(reach.tikvRole, storedBy(cluster.name));
  }
  return [
    ...[...stored].map(([role, except]) => ({ does: 'Stores', action: 's3:PutObject', role, except })),
    ...hiddenBy(site).map(([role, keys]) => ({
      does: 'Hides',
      action: 's3:DeleteObject',
      role,
      except: keys.map((key) => `${bucketArn}/${key}`),
    })),
  ];
}

export interface Confinement {
  readonly does: string;
  readonly action: string;
  readonly role: string;
  /** The only objects that the role may do it to. */
  readonly except: readonly string[];
}

/** A role of TiKV's that is let in, and whether it also stores. */
interface Guest {
  readonly role: string;
  readonly cluster: string;
  readonly stores: boolean;
}

const guestsOf = (site: Site): readonly Guest[] => {
  const guests = [
    ...storingAt(site).map((here) => ({ ...here, stores: true })),
    ...tidbTargetsAt(site)
      .filter(({ cluster }) => isPrimary(site) || !isProtectedAt(site, cluster.name))
      .map((here) => ({ ...here, stores: false })),
  ];
  return guests.flatMap(({ cluster, reach, stores }) =>
    reach.tikvRole === undefined ? [] : [{ role: reach.tikvRole, cluster: cluster.name, stores }],
  );
};

/** Lets TiKV into its cluster's folder, where its role is named: to store what it backs up, or to read what it restores. */
export const guestStatements = (site: Site, bucketArn: string): PolicyStatement[] =>
  guestsOf(site).flatMap(({ role, cluster, stores }) => {
    const principals = [new ArnPrincipal(role)];
    const on = (keys: readonly string[]) => keys.map((key) => `${bucketArn}/${key}`);
    return [
      new PolicyStatement({
        principals,
        actions: ['s3:ListBucket'],
        resources: [bucketArn],
        conditions: { StringLikeIfExists: { 's3:prefix': `${cluster}/*` } },
      }),
      new PolicyStatement({ principals, actions: ['s3:GetObject'], resources: on(storedBy(cluster)) }),
      ...(stores
        ? [
            new PolicyStatement({
              principals,
              actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
              resources: on(storedBy(cluster)),
            }),
          ]
        : []),
    ];
  });

/** The same for the vault's key, which is closed to a role of another account until its own policy lets it in. */
export function letGuestsUse(key: IKey, site: Site, bucketArn: string): void {
  for (const { role, stores } of guestsOf(site)) {
    key.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ArnPrincipal(role)],
        actions: ['kms:Decrypt', ...(stores ? ['kms:GenerateDataKey'] : [])],
        resources: ['*'],
        conditions: {
          StringEquals: {
            'kms:ViaService': `s3.${site.region}.amazonaws.com`,
            'kms:EncryptionContext:aws:s3:arn': bucketArn,
          },
        },
      }),
    );
  }
}
