import type * as z from 'zod';
import { openssl } from '../../../adapters/signatures/openssl.ts';
import type { Platform } from '../../../core/ports/platform.ts';
import {
  announcer,
  catalog,
  configuration,
  drills,
  receiptChain,
  receipts,
  region,
  telemetry,
} from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>, platform: Platform) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...drills(from),
  ...receiptChain(from),
  ...receipts(from),
  ...announcer(from),
  ...telemetry(platform),
  verifier: openssl,
});
