import { RDSClient } from '@aws-sdk/client-rds';
import { connect } from '../../adapters/aws/clients.ts';
import { rdsDriver } from '../../adapters/engines/rds/driver.ts';
import { sha256 } from '../../adapters/engines/shared/sha256.ts';
import type { EngineDriver } from '../../core/engines/driver.ts';
import type { EngineName } from '../../core/plan/installation.ts';
import type { TaskPorts } from './ports.ts';
import { type DriversEnv, objects, perRegion, stores } from './shard-drivers.ts';

/** Every engine. Made at once and not when first asked for: see `wiring.ts` on when clients come to be. */
export function drivers(env: DriversEnv): Pick<TaskPorts, 'drivers'> {
  const store = stores(env);
  const rds = perRegion(env, (region) => connect(new RDSClient({ region }), 'rds', region));
  const ports = { rds, store, vaults: env.VAULTS, vaultKeys: env.VAULT_KEYS, home: env.HOME_REGION, sha256 };
  const made: Readonly<Record<EngineName, EngineDriver>> = {
    objects: objects(env, store),
    aurora: rdsDriver('aurora', ports),
    documentdb: rdsDriver('documentdb', ports),
    neptune: rdsDriver('neptune', ports),
  };
  return { drivers: (engine) => made[engine] };
}
