import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { dorisDriver } from '../../adapters/engines/doris/driver.ts';
import { milvusDriver } from '../../adapters/engines/milvus/driver.ts';
import { objectsDriver } from '../../adapters/engines/objects/driver.ts';
import { tidbDriver } from '../../adapters/engines/tidb/driver.ts';
import { checkpointOf } from '../../adapters/engines/tidb/log-checkpoint.ts';
import type { EngineDriver } from '../../core/engines/driver.ts';
import { invariant } from '../../core/errors/assert.ts';
import { InvariantViolation, UnsupportedByEngine } from '../../core/errors/registry.ts';
import type { EngineName } from '../../core/plan/installation.ts';
import type { Containers } from '../../core/ports/containers.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Reach } from '../../core/ports/reach.ts';
import type { TaskPorts } from './ports.ts';
import { s3 } from './wiring.ts';

export interface PlacesEnv {
  readonly AWS_REGION: string;
  readonly VAULTS: Readonly<Record<string, string>>;
  readonly HOME_REGION: string;
}

export interface DriversEnv extends PlacesEnv {
  readonly VAULT_KEYS: Readonly<Record<string, string>>;
}

/** One client per region, made at once: the regions are known, and a client costs a millisecond until it is used. */
export function perRegion<Client>(
  env: PlacesEnv,
  make: (region: string) => Client,
): (region: string) => Client {
  const regions = new Set([env.AWS_REGION, env.HOME_REGION, ...Object.keys(env.VAULTS)]);
  const clients = new Map([...regions].map((region) => [region, make(region)]));
  return (region) => {
    const client = clients.get(region);
    invariant(client, 'there is a client for every region of the installation', { region });
    return client;
  };
}

export const stores = (env: PlacesEnv): ((region: string) => ObjectStore) =>
  perRegion(env, (region) => s3ObjectStore(s3(region), region));

export const objects = (env: DriversEnv, store: (region: string) => ObjectStore): EngineDriver =>
  objectsDriver({ store, vaults: env.VAULTS, home: env.HOME_REGION });

export function pages(env: DriversEnv): Pick<TaskPorts, 'pages'> {
  const store = stores(env);
  const placeIn = (region: string) => {
    const [bucket, key] = [env.VAULTS[region], env.VAULT_KEYS[region]];
    const account = key?.split(':')[4];
    invariant(bucket && key && account, 'every region of the installation has a vault and its key', {
      region,
    });
    return { bucket, key, account };
  };
  return {
    pages: {
      placeIn,
      put: (region, key, text) => store(region).put(placeIn(region).bucket, key, Buffer.from(text, 'utf8')),
    },
  };
}

/**
 * The engines whose work comes in shards. The shard tasks run by the hundred, and each SDK client adds 130 to 210 ms
 * to a cold start, so their bundles hold what S3 needs and no more.
 */
export function shardDrivers(env: DriversEnv): Pick<TaskPorts, 'drivers'> {
  const store = stores(env);
  const { VAULTS: vaults, VAULT_KEYS: vaultKeys, HOME_REGION: home } = env;
  const made: Readonly<Partial<Record<EngineName, EngineDriver>>> = {
    objects: objects(env, store),
    tidb: tidbDriver({ store, vaults, vaultKeys, home, reach: NO_REACH, containers: NO_CONTAINERS }),
    doris: dorisDriver({ store, vaults, home, reach: NO_REACH, account: '' }),
    milvus: milvusDriver({ store, vaults, home, reach: NO_REACH, containers: NO_CONTAINERS }),
  };
  return {
    drivers: (engine) => {
      const driver = made[engine];
      if (driver) return driver;
      throw new UnsupportedByEngine(`${engine} hands out no shards, and a shard of it was asked for`);
    },
  };
}

const refused = (): Promise<never> =>
  Promise.reject(new InvariantViolation('what moves one shard runs no container, and speaks to no cluster'));

const NO_REACH: Reach = { sql: refused, http: refused };

const NO_CONTAINERS: Containers = {
  start: refused,
  look: refused,
  output: refused,
  stop: refused,
  runningFor: refused,
};

/** Reads checkpoints in the vaults, and needs nothing else of an engine. */
export function checkpoints(env: PlacesEnv): Pick<TaskPorts, 'checkpointIn'> {
  const ports = { store: stores(env), vaults: env.VAULTS };
  return {
    checkpointIn: async (cluster, region, chain) =>
      cluster.engine === 'tidb' ? checkpointOf(ports, cluster, region, chain) : undefined,
  };
}
