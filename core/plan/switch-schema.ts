import * as z from 'zod';
import { days, seconds } from '../time/instant.ts';
import { defined } from './defined.ts';
import { duration, matching, settings, text } from './fields.ts';

const values = z
  .record(z.string(), text('give a text').min(1, 'give a text'), {
    error: 'give what it says by region, such as { "eu-west-1": "orders.internal" }',
  })
  .optional();

/** SSM: letters, digits and _.-/ (API_PutParameter.html); "aws" and "ssm" at the beginning are AWS's own. */
const parameter = settings('a switched parameter', {
  parameter: matching(
    /^(?!\/?(aws|ssm))\/?[\w.-]+(\/[\w.-]+)*$/i,
    'give the name of a String parameter, such as "/shop/orders/endpoint"',
  ).max(1_011, 'a parameter name has at most 1011 characters'),
  values,
}).transform(defined);

const secret = settings('a switched secret', {
  secret: matching(
    /^(?!arn:)[\w/+=.@-]{1,512}$/,
    'give the name of a secret, the same in both regions, such as "shop/orders": an ARN is of one region',
  ),
  field: text('give the name of a field, such as "host"').min(1, 'give the name of a field').optional(),
  values,
}).transform(defined);

const record = settings('a switched record', {
  record: matching(
    /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
    'give a name in lowercase without a dot at its end, such as "orders.shop.example"',
  ),
  hostedZone: matching(
    /^Z[A-Z0-9]{1,31}$/,
    'give the id of the hosted zone, such as "Z0123456789ABCDEFGHIJ"',
  ),
  ttl: duration(seconds(1), days(1)).default(seconds(60)),
  values,
}).transform(defined);

const KINDS = 'give { parameter: "…" }, { secret: "…" } or { record: "…", hostedZone: "Z…" }';

/** What is switched when the cluster's side changes. The kind is known by its first field, so that a mistake is told in its words. */
export const switches = z
  .array(
    z.unknown().transform((given, context) => {
      const kind = [
        ['parameter', parameter],
        ['secret', secret],
        ['record', record],
      ] as const;
      const found =
        typeof given === 'object' && given !== null ? kind.find(([field]) => field in given) : undefined;
      if (!found) {
        context.addIssue({ code: 'custom', message: KINDS });
        return z.NEVER;
      }
      const read = (
        found[1] as z.ZodType<z.output<typeof parameter | typeof secret | typeof record>>
      ).safeParse(given);
      if (read.success) return read.data;
      for (const issue of read.error.issues) context.addIssue({ ...issue } as never);
      return z.NEVER;
    }),
    { error: `give what is switched as a list; each ${KINDS}` },
  )
  .optional();
