import type * as z from 'zod';
import { s3Bytes } from '../../../adapters/aws/s3-bytes.ts';
import { s3ObjectStore } from '../../../adapters/aws/s3-object-store.ts';
import { shelf } from '../../../adapters/engines/objects/shelf.ts';
import { twins } from '../../../adapters/engines/objects/twins.ts';
import type { Platform } from '../../../core/ports/platform.ts';
import { catalog, region, s3, telemetry, vault } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => {
  const { AWS_REGION: here, VAULTS: vaults } = from;
  // Clients are made at once: see wiring.ts.
  const bytes = new Map(Object.entries(vaults).map(([name, bucket]) => [name, s3Bytes(s3(name), bucket)]));
  const own = bytes.get(here)!;
  return {
    ...region(from),
    ...catalog(from),
    ...vault(from),
    ...telemetry(platform),
    shelf: shelf(own, here, () => Promise.resolve([])),
    twins: twins({
      region: here,
      vaults,
      store: s3ObjectStore(s3(here), here),
      bytes: (name) => bytes.get(name)!,
    }),
  };
};
