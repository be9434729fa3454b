import * as z from 'zod';
import { matching, rate, size, text } from './fields.ts';
import { switches } from './switch-schema.ts';

export const SECURITY_GROUPS = z
  .array(matching(/^sg-[0-9a-f]+$/, 'a security group is written "sg-0123456789abcdef0"'), {
    error: 'give security groups as a list',
  })
  .min(1, 'name at least one security group');

export const common = {
  plan: text('give the name of a plan'),
  expectedSize: size(),
  restoreRate: rate().optional(),
  switch: switches,
};

export const byRegion = <Into extends z.ZodType>(into: Into) =>
  z.record(z.string(), into, { error: 'give restoreInto by region' }).default({});
