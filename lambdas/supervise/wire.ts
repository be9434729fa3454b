import { tidbLog } from '../../adapters/engines/tidb/log.ts';
import { containers } from '../shared/drivers.ts';
import { type DriversEnv, stores } from '../shared/shard-drivers.ts';
import type { SupervisePorts } from './ports.ts';

/** The engines with a log of Holdfast's own. */
export function logDrivers(env: DriversEnv): Pick<SupervisePorts, 'logs'> {
  const tidb = tidbLog({
    store: stores(env),
    vaults: env.VAULTS,
    vaultKeys: env.VAULT_KEYS,
    home: env.HOME_REGION,
    containers: containers(env),
  });
  return { logs: (engine) => (engine === 'tidb' ? tidb : undefined) };
}
