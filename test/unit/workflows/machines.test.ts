import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ERROR_NAMES } from '../../../core/errors/registry.ts';
import type { Definition, State, TaskState } from '../../../workflows/asl/language.ts';
import { TASKS } from '../../../workflows/contracts/tasks.ts';
import { definitionString, MACHINES } from '../../../workflows/index.ts';

type Named = readonly [name: string, state: State];
const statesOf = (definition: Definition): Named[] =>
  Object.entries(definition.States).flatMap(([name, state]) => [
    [name, state] as const,
    ...(state.Type === 'Map' ? Object.entries(state.ItemProcessor.States) : []),
  ]);
const tasksOf = (definition: Definition): (readonly [string, TaskState])[] =>
  statesOf(definition).flatMap(([name, state]) => (state.Type === 'Task' ? [[name, state] as const] : []));
const taskName = (state: TaskState): string => /^\$\{(\w+)\}$/.exec(state.Resource)?.[1] ?? state.Resource;

/** States that may follow in time. */
function following(state: State): string[] {
  const next = 'Next' in state ? [state.Next] : [];
  const caught = 'Catch' in state ? (state.Catch ?? []).map((catcher) => catcher.Next) : [];
  const chosen = state.Type === 'Choice' ? [...state.Choices.map((rule) => rule.Next), state.Default] : [];
  return [...next, ...caught, ...chosen];
}

function reachable(definition: Definition, from: string): Set<string> {
  const seen = new Set<string>();
  const queue = following(definition.States[from]!);
  for (const name of queue) {
    if (seen.has(name)) continue;
    seen.add(name);
    queue.push(...following(definition.States[name]!));
  }
  return seen;
}

const machines = Object.entries(MACHINES);

describe.each(machines)('holdfast-%s', (_, definition) => {
  test('gives up by itself', () => {
    expect(definition.TimeoutSeconds).toBeGreaterThan(0);
  });

  test('leads only to states that exist, and to every state', () => {
    const names = Object.keys(definition.States);
    const targets = Object.values(definition.States).flatMap(following);
    expect(targets.filter((target) => !names.includes(target))).toEqual([]);
    const met = reachable(definition, definition.StartAt).add(definition.StartAt);
    expect(names.filter((name) => !met.has(name))).toEqual([]);
  });

  test('limits every task in time and retries, and waits longer each time with chance', () => {
    for (const [name, state] of tasksOf(definition)) {
      expect(state.TimeoutSeconds, name).toBeGreaterThan(0);
      expect(state.TimeoutSeconds, `${name}: no function runs longer`).toBeLessThanOrEqual(900);
      expect(state.Retry.length, name).toBeGreaterThan(0);
      for (const retrier of state.Retry) {
        expect(retrier.MaxAttempts, name).toBeLessThanOrEqual(20);
        expect(retrier.JitterStrategy, name).toBe('FULL');
        expect(retrier.MaxDelaySeconds, name).toBeLessThanOrEqual(300);
      }
    }
  });

  test('retries by name, and only names that are thrown', () => {
    const retried = tasksOf(definition).flatMap(([, state]) => state.Retry.flatMap((r) => r.ErrorEquals));
    expect(retried).not.toContain('States.ALL');
    // Names with a dot are AWS's own.
    const ours = retried.filter((name) => !name.includes('.'));
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.filter((name) => !ERROR_NAMES.has(name))).toEqual([]);
  });

  test('catches what a task throws, but for refusals before anything was done', () => {
    const open = tasksOf(definition).filter(([, state]) => state.Catch === undefined);
    const children = Object.values(definition.States).flatMap((state) =>
      state.Type === 'Map' ? Object.keys(state.ItemProcessor.States) : [],
    );
    const refuses = ['Resolve', 'Pre-flight', ...children];
    expect(open.map(([name]) => name).filter((name) => !refuses.includes(name))).toEqual([]);
  });

  test('leaves every loop at a bound: an outcome `overdue`, or a count of laps', () => {
    const looping = Object.keys(definition.States).filter((name) => reachable(definition, name).has(name));
    for (const name of looping) {
      const loop = looping.filter(
        (other) => reachable(definition, name).has(other) && reachable(definition, other).has(name),
      );
      const bounded = loop.some((member) => bounds(definition.States[member]!));
      expect(bounded, `the loop ${loop.join(' → ')} has no bound`).toBe(true);
    }
  });

  test('runs few children at a time and takes no result of them back', () => {
    for (const [name, state] of statesOf(definition))
      if (state.Type === 'Map') {
        expect(state.MaxConcurrency, name).toBeGreaterThan(0);
        expect(state.MaxConcurrency, name).toBeLessThanOrEqual(100);
        expect(state.ResultPath, name).toBeNull();
      }
  });

  test('fits what Step Functions takes, names included', () => {
    expect(Buffer.byteLength(definitionString(definition))).toBeLessThan(1_048_576);
    for (const [name] of statesOf(definition)) expect(name.length).toBeLessThanOrEqual(80);
  });
});

/** A choice that routes `overdue`, or a task that counts its laps. */
function bounds(state: State): boolean {
  if (state.Type === 'Choice') return state.Choices.some((rule) => rule.StringEquals === 'overdue');
  if (state.Type !== 'Task') return false;
  const output = TASKS.find(({ name }) => name === taskName(state))?.output as
    | Partial<z.ZodObject>
    | undefined;
  return output?.shape !== undefined && 'lap' in output.shape;
}

test('every task that a machine calls has a contract, and every contract of a machine is called', () => {
  const called = machines.flatMap(([, definition]) =>
    tasksOf(definition).map(([, state]) => taskName(state)),
  );
  const outside = [
    'StartBackups',
    'CloseStoppedExecution',
    'WatchObjectives',
    'FollowLog',
    'HealLog',
    'Beat',
    'KeepStandbys',
    'ReachCluster',
  ];
  expect([...new Set(called)].sort()).toEqual(
    TASKS.map(({ name }) => name as string)
      .filter((name) => !outside.includes(name))
      .sort(),
  );
});
