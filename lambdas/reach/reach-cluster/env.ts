import * as z from 'zod';
import { inRegion } from '../../shared/env.ts';

const endpoint = z.object({ host: z.string(), port: z.number().int(), secret: z.string(), tls: z.boolean() });
const service = z.object({
  url: z.url(),
  secret: z.string().optional(),
  logins: z.record(z.string(), z.string()).optional(),
  redirects: z.array(z.url()).optional(),
  paths: z.array(z.string()).optional(),
});
const ends = z.object({ sql: endpoint.optional(), services: z.record(z.string(), service) });

/**
 * What it reaches stands in its own environment, and not in the configuration in S3: inside a cluster's network there
 * may be no way to S3, and there must be one to Secrets Manager only.
 */
export const env = z.object({
  ...inRegion,
  REACH: z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: `REACH is not JSON: received ${text.slice(0, 100)}` });
        return z.NEVER;
      }
    })
    .pipe(ends),
});
