import * as z from 'zod';
import { contract } from './shared.ts';

/** A session's worth; who has more to say opens another one. */
export const STATEMENTS_MAX = 100;

const sqlReply = z.object({
  answers: z.array(
    z.object({
      rows: z.array(z.record(z.string(), z.string().nullable())),
      affectedRows: z.number().int().min(0),
    }),
  ),
  refused: z
    .object({ code: z.string(), errno: z.number().int(), message: z.string(), statement: z.number().int() })
    .optional(),
});

const httpReply = z.object({
  status: z.number().int(),
  body: z.string(),
  location: z.string().optional(),
});

/** One function per place that is reached; who asks finds it by the place's name. */
export const reachCluster = contract(
  'ReachCluster',
  'Speaks to one cluster inside its network for whoever may call it: a session of SQL, or one request over HTTP',
  z.union([
    z.strictObject({
      sql: z.strictObject({ statements: z.array(z.string().min(1)).min(1).max(STATEMENTS_MAX) }),
    }),
    z.strictObject({
      http: z.strictObject({
        service: z.string(),
        method: z.enum(['GET', 'POST']),
        path: z.string().startsWith('/'),
        body: z.string().optional(),
        logins: z.record(z.string(), z.string()).optional(),
      }),
    }),
  ]),
  z.union([z.object({ sql: sqlReply }), z.object({ http: httpReply })]),
);
