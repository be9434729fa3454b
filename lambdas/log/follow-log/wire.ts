import type * as z from 'zod';
import { s3Bytes } from '../../../adapters/aws/s3-bytes.ts';
import { s3ObjectStore } from '../../../adapters/aws/s3-object-store.ts';
import { tidbLogLayout } from '../../../adapters/engines/tidb/log-layout.ts';
import { invariant } from '../../../core/errors/assert.ts';
import type { Platform } from '../../../core/ports/platform.ts';
import {
  announcer,
  catalog,
  configuration,
  groups,
  region,
  s3,
  telemetry,
  vault,
} from '../../shared/wiring.ts';
import type { FollowPorts, LogVault } from '../follow-ports.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform): FollowPorts => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...groups(from),
  ...vault(from),
  ...announcer(from),
  ...telemetry(platform),
  home: from.HOME_REGION,
  source: vaultIn(from, from.HOME_REGION),
  own: vaultIn(from, from.AWS_REGION),
  layouts: (engine) => (engine === 'tidb' ? tidbLogLayout : undefined),
});

function vaultIn({ VAULTS }: z.output<typeof env>, place: string): LogVault {
  const bucket = VAULTS[place];
  invariant(bucket, 'VAULTS names the vault of every region of the installation', { region: place });
  const client = s3(place);
  return { bucket, store: s3ObjectStore(client, place), bytes: s3Bytes(client, bucket) };
}
