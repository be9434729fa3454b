import type { OperatorCommand } from '../../../cli/operator/command.ts';
import type { Surroundings } from '../../../cli/operator/operator.ts';
import { vaultIn } from '../../../cli/operator/vault-in.ts';
import type { HoldfastInput } from '../../../core/plan/input.ts';
import type { Installation } from '../../../core/plan/installation.ts';
import type { Catalog } from '../../../core/ports/catalog.ts';
import type { Instant } from '../../../core/time/instant.ts';

export interface Typed {
  readonly code: number;
  readonly said: string;
  readonly complained: string;
}

/** Types a command into a shell whose account is what is given, and answers what appears. */
export async function typed(
  command: OperatorCommand,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<Typed> {
  const said: string[] = [];
  const complained: string[] = [];
  const code = await command(
    args,
    surroundings,
    (line) => said.push(line),
    (line) => complained.push(line),
  );
  return { code, said: said.join('\n'), complained: complained.join('\n') };
}

/** A shell at one moment. Without an AWS_REGION, unless it is given. */
export const shell = (
  config: HoldfastInput,
  catalog: (region: string) => Catalog,
  now: Instant,
  environment: Surroundings['environment'] = {},
  vault: Surroundings['vault'] = vaultIn,
  newestReceipt: Surroundings['newestReceipt'] = async () => undefined,
): Surroundings => ({
  ...{ config: async () => config, environment, now: () => now },
  ...{ catalog, vault, newestReceipt },
});

/** The cluster and regions that a world of tasks has, as a configuration. */
export const configOf = ({ regions }: Installation): HoldfastInput => ({
  regions: { primary: regions.primary, recovery: [...regions.recovery] },
  plans: {
    gold: {
      rules: [{ name: 'hourly', cron: '0 * * * ? *' }],
      retention: { keepLast: 2, minimumKeep: 1 },
      objectives: { rpo: '3h', rto: '4h', survives: 'region' },
      grace: '3d',
    },
  },
  clusters: {
    orders: { engine: 'objects', plan: 'gold', bucket: 'orders-files', expectedSize: '1 GB' },
    billing: { engine: 'objects', plan: 'gold', bucket: 'billing-files', expectedSize: '1 GB' },
  },
});
