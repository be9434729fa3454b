import type * as z from 'zod';
import { s3Bytes } from '../../../adapters/aws/s3-bytes.ts';
import { s3Stock } from '../../../adapters/aws/s3-stock.ts';
import { shelf } from '../../../adapters/engines/objects/shelf.ts';
import type { Platform } from '../../../core/ports/platform.ts';
import { announcer, catalog, region, s3, telemetry, vault } from '../../shared/wiring.ts';
import type { env } from './env.ts';

/** Notes of Holdfast's own lie beside the clusters' folders. */
const WORK = 'work';

export const wire = (from: z.output<typeof env>, platform: Platform) => {
  const own = vault(from);
  const { bucket } = own.vault;
  const client = s3(from.AWS_REGION);
  const clusters = async () =>
    (await s3Stock(client, bucket).folders('')).filter((name) => name !== WORK).sort();
  return {
    ...region(from),
    ...catalog(from),
    ...own,
    ...announcer(from),
    ...telemetry(platform),
    shelf: shelf(s3Bytes(client, bucket), from.AWS_REGION, clusters),
  };
};
