import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../../core/errors/base.ts';
import * as defects from '../../../../core/errors/defects.ts';
import * as drills from '../../../../core/errors/drill-faults.ts';
import * as faults from '../../../../core/errors/faults.ts';
import * as moves from '../../../../core/errors/move-refusals.ts';
import * as refusals from '../../../../core/errors/refusals.ts';
import { ERROR_NAMES, InvariantViolation, reasonOf } from '../../../../core/errors/registry.ts';
import { MACHINES } from '../../../../workflows/index.ts';

const families = {
  refusal: { ...refusals, ...moves },
  fault: { ...faults, ...drills },
  defect: defects,
} as const;
const every = Object.entries(families).flatMap(([family, classes]) =>
  Object.entries(classes).map(([key, Class]) => ({
    family,
    key,
    error: new Class('what happened', { n: 1 }),
  })),
);

/** The names that machines retry or catch, wherever they stand in a definition. */
function namesIn(definition: unknown): string[] {
  if (typeof definition !== 'object' || definition === null) return [];
  return Object.entries(definition).flatMap(([key, value]) =>
    key === 'ErrorEquals' ? (value as string[]) : namesIn(value),
  );
}

describe('every error', () => {
  it.each(every)(
    '$key has its class name as its name, whatever a bundler calls the class',
    ({ key, error, family }) => {
      expect(error).toBeInstanceOf(HoldfastError);
      expect(Object.getOwnPropertyDescriptor(error, 'name')?.value).toBe(key);
      expect(error.family).toBe(family);
      expect(error.facts).toEqual({ n: 1 });
    },
  );

  it('has one meaning: no name stands in two families', () => {
    expect(ERROR_NAMES.size).toBe(every.length);
  });

  it('is retried only when it is a fault: asking again changes neither a no nor a mistake', () => {
    expect(every.filter(({ error }) => error.retryable).map(({ family }) => family)).not.toContain('refusal');
    expect(
      every
        .filter(({ error }) => error.retryable)
        .map(({ key }) => key)
        .sort(),
    ).toEqual([
      'ConcurrentUpdate',
      'EngineBusy',
      'EventRejected',
      'QuotaReached',
      'ServiceUnavailable',
      'Throttled',
    ]);
  });
});

it.each(Object.entries(MACHINES))(
  'holdfast-%s retries and catches only names that exist',
  (_, definition) => {
    const ours = namesIn(definition).filter(
      (name) => !/^(States|StepFunctions|Lambda|Sandbox|Runtime)\./.test(name),
    );
    expect(ours.filter((name) => !ERROR_NAMES.has(name))).toEqual([]);
  },
);

describe('a reason', () => {
  it('keeps the name and the message of what was thrown', () => {
    expect(reasonOf(new InvariantViolation('one and one is three'))).toEqual({
      name: 'InvariantViolation',
      message: 'one and one is three',
    });
  });

  it('is a defect when what was thrown is not an error at all', () => {
    expect(reasonOf('oops')).toMatchObject({ name: 'InvariantViolation' });
  });
});
