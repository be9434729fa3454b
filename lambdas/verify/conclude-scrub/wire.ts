import type * as z from 'zod';
import { s3ObjectStore } from '../../../adapters/aws/s3-object-store.ts';
import type { Platform } from '../../../core/ports/platform.ts';
import { announcer, catalog, region, s3, telemetry, vault } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => {
  const { AWS_REGION: here, HOME_REGION: home, VAULTS } = from;
  const others = Object.entries(VAULTS)
    .filter(([name]) => here === home && name !== home)
    .map(([name, bucket]) => ({ region: name, bucket, store: s3ObjectStore(s3(name), name) }));
  return {
    ...region(from),
    ...catalog(from),
    ...vault(from),
    ...announcer(from),
    ...telemetry(platform),
    home,
    others,
  };
};
