import type { Facts, HoldfastError } from './base.ts';
import { InvariantViolation } from './defects.ts';
import * as registry from './registry.ts';

type ErrorClass = new (message: string, facts?: Facts) => HoldfastError;

/** A reason that travelled as data becomes an error again, under its own name: that is what the console shows. */
export function errorNamed(name: string, message: string, facts: Facts = {}): HoldfastError {
  if (!registry.ERROR_NAMES.has(name)) return new InvariantViolation(`${name}: ${message}`, facts);
  const named = (registry as unknown as Readonly<Record<string, ErrorClass>>)[name];
  return named ? new named(message, facts) : new InvariantViolation(`${name}: ${message}`, facts);
}
