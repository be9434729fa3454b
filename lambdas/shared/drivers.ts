import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { RDSClient } from '@aws-sdk/client-rds';
import { connect } from '../../adapters/aws/clients.ts';
import { ecsContainers } from '../../adapters/aws/ecs-containers.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { s3Stock } from '../../adapters/aws/s3-stock.ts';
import { dorisDriver } from '../../adapters/engines/doris/driver.ts';
import { ebsDriver } from '../../adapters/engines/ebs/driver.ts';
import { removeVolumesOf, volumesIn, volumesOfPoint } from '../../adapters/engines/ebs/stock.ts';
import { milvusDriver } from '../../adapters/engines/milvus/driver.ts';
import { unnamed } from '../../adapters/engines/objects/unnamed.ts';
import { rdsDriver } from '../../adapters/engines/rds/driver.ts';
import { removeSnapshot, snapshotIn, snapshotsIn } from '../../adapters/engines/rds/stock.ts';
import { sha256 } from '../../adapters/engines/shared/sha256.ts';
import { tidbDriver } from '../../adapters/engines/tidb/driver.ts';
import { withVolumes } from '../../adapters/engines/tidb/volumes-driver.ts';
import type { EngineDriver } from '../../core/engines/driver.ts';
import { keeperNamed } from '../../core/engines/keepers.ts';
import { invariant } from '../../core/errors/assert.ts';
import { UnsupportedByEngine } from '../../core/errors/registry.ts';
import type { EngineName } from '../../core/plan/installation.ts';
import type { Containers } from '../../core/ports/containers.ts';
import type { Remover, Stock } from '../../core/ports/stock.ts';
import type { TaskPorts } from './ports.ts';
import { type DriversEnv, objects, type PlacesEnv, perRegion, stores } from './shard-drivers.ts';
import { reach, s3 } from './wiring.ts';

/** Every engine. Made at once and not when first asked for: see `wiring.ts` on when clients come to be. */
export function drivers(env: DriversEnv): Pick<TaskPorts, 'drivers'> {
  const store = stores(env);
  const rds = rdsClients(env);
  const ports = { rds, store, vaults: env.VAULTS, vaultKeys: env.VAULT_KEYS, home: env.HOME_REGION, sha256 };
  const ec2 = ec2Clients(env);
  const br = { ...ports, ...reach(env), containers: containers(env) };
  const made: Readonly<Partial<Record<EngineName, EngineDriver>>> = {
    objects: objects(env, store),
    aurora: rdsDriver('aurora', ports),
    documentdb: rdsDriver('documentdb', ports),
    neptune: rdsDriver('neptune', ports),
    ebs: ebsDriver({ ...ports, ec2 }),
    tidb: withVolumes(tidbDriver(br), { ...br, ec2 }),
    doris: dorisDriver({ ...ports, ...reach(env), account: accountIn(env) }),
    milvus: milvusDriver({ ...ports, ...reach(env), containers: containers(env) }),
  };
  return {
    drivers: (engine) => {
      const driver = made[engine];
      if (driver) return driver;
      throw new UnsupportedByEngine(`this version has no driver for ${engine}`);
    },
  };
}

/** Of captures that are taken here, by whoever was deployed as one that serves what is captured elsewhere. */
export const driversHere = (env: DriversEnv): Pick<TaskPorts, 'driversHere'> => ({
  driversHere: drivers({ ...env, HOME_REGION: env.AWS_REGION }).drivers,
});

/** Of the account that everything lies in: a vault's key is named in full. */
const accountIn = ({ VAULT_KEYS, AWS_REGION }: DriversEnv): string => {
  const account = VAULT_KEYS[AWS_REGION]?.split(':')[4];
  invariant(account, 'VAULT_KEYS names the key of the region by its ARN', { region: AWS_REGION });
  return account;
};

const rdsClients = (env: PlacesEnv): ((region: string) => RDSClient) =>
  perRegion(env, (region) => connect(new RDSClient({ region }), 'rds', region));

/** Without tries of its own: EC2 takes no token for snapshots and copies, and what is sent twice is made twice. */
const ec2Clients = (env: PlacesEnv): ((region: string) => EC2Client) =>
  perRegion(env, (region) => connect(new EC2Client({ region, maxAttempts: 1 }), 'ec2', region));

/** Runs of a vendor's tool, in every region of the installation. */
export const containers = (env: PlacesEnv): Containers =>
  ecsContainers({
    ecs: perRegion(env, (region) => connect(new ECSClient({ region }), 'ecs', region)),
    logs: perRegion(env, (region) =>
      connect(new CloudWatchLogsClient({ region }), 'cloudwatch-logs', region),
    ),
  });

const vaultIn = ({ VAULTS }: PlacesEnv, region: string): string => {
  const bucket = VAULTS[region];
  invariant(bucket, 'VAULTS names the vault of every region of the installation', { region });
  return bucket;
};

/** What really lies in the vaults and beside them. */
export function stock(env: PlacesEnv): { readonly stock: Stock } {
  const rds = rdsClients(env);
  const ec2 = ec2Clients(env);
  const vaults = perRegion(env, (region) => s3Stock(s3(region), vaultIn(env, region)));
  const ports = { store: stores(env), vaults: env.VAULTS, home: env.HOME_REGION };
  return {
    stock: {
      folders: (region, prefix) => vaults(region).folders(prefix),
      objects: (region, prefix, after) => vaults(region).objects(prefix, after),
      has: (region, key) => vaults(region).has(key),
      unnamed: (region, cluster, keys, keepers) => unnamed(ports, region, cluster, keys, keepers),
      snapshots: async (region, keepers) => [
        ...(keepers.includes('rds') ? await snapshotsIn(rds(region)) : []),
        ...(keepers.includes('ebs') ? await volumesIn(ec2(region)) : []),
      ],
      snapshot: (region, name) => {
        const named = keeperNamed(name);
        return named.keeper === 'rds' ? snapshotIn(rds(region), name) : volumesOfPoint(ec2(region), named.id);
      },
    },
  };
}

/** In this region only: no role reaches into another region's vault to remove. */
export function remover(env: PlacesEnv): { readonly remover: Remover } {
  const { AWS_REGION: region } = env;
  const store = s3ObjectStore(s3(region), region);
  const rds = connect(new RDSClient({ region }), 'rds', region);
  const ec2 = connect(new EC2Client({ region }), 'ec2', region);
  return {
    remover: {
      hide: (keys) => store.hide(vaultIn(env, region), keys),
      removeSnapshot: (name) => {
        const named = keeperNamed(name);
        return named.keeper === 'rds' ? removeSnapshot(rds, name) : removeVolumesOf(ec2, named.id);
      },
    },
  };
}
