import * as z from 'zod';
import { defined } from './defined.ts';
import { count, matching, settings, text } from './fields.ts';
import { host, network, port, portNumber, secret, sql } from './reach-schema.ts';

const ADDRESS = 'give a syncer as host:port, such as "ccr-2.doris.internal:9190"';

/** What a configuration says of a standby. What it takes from the cluster itself, the cluster's own reach says. */
export const standby = settings('a standby', {
  region: text('give the region that the standby is in'),
  reach: settings('reach of a standby', { sql: sql(9030), ...network }),
  thriftPort: port(9020),
  syncer: settings('the syncer of a standby', {
    host,
    port: port(9190),
    others: z
      .array(matching(/^[a-z0-9.-]+:\d{1,5}$/i, ADDRESS), { error: 'give other syncers as a list' })
      .default([]),
  }),
  source: settings('the source of a standby', {
    host: host.optional(),
    port: portNumber.optional(),
    thriftPort: port(9020),
    secret: secret('"username" and "password" of the protected cluster, in the region of the standby'),
  }).transform(defined),
  lagBinlogs: count(1, 'a number of binlogs').default(1_000),
});
