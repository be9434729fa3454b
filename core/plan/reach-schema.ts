import * as z from 'zod';
import { SECURITY_GROUPS } from './common-schema.ts';
import { matching, settings } from './fields.ts';

/** What every way in to a self-run cluster is made of. */

export const secret = (holds: string) =>
  matching(
    /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:/,
    `give the ARN of a secret of Secrets Manager that holds ${holds}`,
  );

const HOST = 'give a host name or an address, without scheme and port, such as "fe.doris.internal"';
export const host = matching(/^[a-z0-9.-]+$/i, HOST);
const PORT = 'give a port, such as 9030';
export const portNumber = z.int({ error: PORT }).min(1, PORT).max(65_535, PORT);
export const port = (usual: number) => portNumber.default(usual);

/** An endpoint that speaks MySQL's protocol. */
export const sql = (usualPort: number) =>
  settings('an SQL endpoint', {
    host,
    port: port(usualPort),
    secret: secret('"username" and "password"'),
    tls: z.boolean({ error: 'write true or false' }).default(true),
  });

export const network = {
  subnets: z
    .array(matching(/^subnet-[0-9a-f]+$/, 'a subnet is written "subnet-0123456789abcdef0"'), {
      error: 'give subnets as a list',
    })
    .min(1, 'name at least one subnet'),
  securityGroups: SECURITY_GROUPS,
};
