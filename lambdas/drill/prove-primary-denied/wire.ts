import type * as z from 'zod';
import { s3ObjectStore } from '../../../adapters/aws/s3-object-store.ts';
import { s3 } from '../../shared/wiring.ts';
import type { env } from './env.ts';

/** The one client here that is of another region: it has to be refused there. */
export const wire = ({ HOME_REGION, VAULTS }: z.output<typeof env>) => ({
  home: HOME_REGION,
  vault: VAULTS[HOME_REGION] ?? '',
  primary: s3ObjectStore(s3(HOME_REGION), HOME_REGION),
});
