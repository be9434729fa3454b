import type * as z from 'zod';
import { databasesIn } from '../../../adapters/engines/tidb/sql.ts';
import { runs } from '../../failover/wire.ts';
import { catalog, configuration, groups, reach, region } from '../../shared/wiring.ts';
import { homeOf } from '../wire.ts';
import type { env } from './env.ts';

/** What stands in this region only. */
function heldBy(from: z.output<typeof env>) {
  const ports = reach(from);
  const { AWS_REGION } = from;
  return {
    heldBy: (cluster: string) => databasesIn(ports, { cluster, region: AWS_REGION, end: 'target' }),
  };
}

export const wire = (from: z.output<typeof env>) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...groups(from),
  ...runs(from),
  ...homeOf(from),
  ...heldBy(from),
});
