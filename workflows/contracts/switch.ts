import * as z from 'zod';
import { clusterName, contract } from './shared.ts';

export const switchCluster = contract(
  'SwitchCluster',
  'Points what the configuration names at the side that took over: parameters, secrets and records of names',
  z.object({
    cluster: clusterName,
    /** The region whose side is the true one from now on; everything is written there. */
    region: z.string().min(1),
    /** What took over, as a person knows it: bucket, cluster id, host. Left out, what the configuration says of that region. */
    target: z.string().min(1).optional(),
  }),
  /** One sentence for each thing that was switched, with what was there before. */
  z.object({ switched: z.array(z.string()) }),
);
