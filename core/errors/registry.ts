import * as defects from './defects.ts';
import * as drills from './drill-faults.ts';
import * as faults from './faults.ts';
import * as moves from './move-refusals.ts';
import * as refusals from './refusals.ts';

export { type Facts, HoldfastError, type Reason, reasonOf } from './base.ts';
export * from './defects.ts';
export * from './drill-faults.ts';
export * from './faults.ts';
export * from './move-refusals.ts';
export * from './refusals.ts';

/** Every error name that Holdfast can throw. A test checks that each name in a workflow's retry stands here. */
export const ERROR_NAMES: ReadonlySet<string> = new Set(
  [refusals, moves, faults, drills, defects].flatMap((family) => Object.keys(family)),
);

/** The names that a workflow may retry: the same call may succeed later without anyone changing anything. */
export type RetryableName =
  | 'Throttled'
  | 'ServiceUnavailable'
  | 'EngineBusy'
  | 'QuotaReached'
  | 'ConcurrentUpdate'
  | 'EventRejected';
