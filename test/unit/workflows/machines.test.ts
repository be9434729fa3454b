import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ERROR_NAMES } from '../../../core/errors/registry.ts';
import {
  type Definition,
  machineKey,
  nestedKeyOf,
  runsMachine,
  runsTask,
  type State,
  startsChildren,
  statesOf,
  taskOf,
  waitsForToken,
} from '../../../workflows/asl/language.ts';
import { TASKS } from '../../../workflows/contracts/tasks.ts';
import { definitionString, MACHINES, type MachineName } from '../../../workflows/index.ts';

type Scope = Pick<Definition, 'StartAt' | 'States'>;
type AnyTask = Extract<State, { readonly Type: 'Task' }>;

/** A machine, and what each of its Maps does. */
const scopesOf = (scope: Scope): Scope[] => [
  scope,
  ...Object.values(scope.States).flatMap((state) =>
    state.Type === 'Map' ? scopesOf(state.ItemProcessor) : [],
  ),
];
const tasksOf = (definition: Definition): (readonly [string, AnyTask])[] =>
  statesOf(definition.States).flatMap(([name, state]) =>
    state.Type === 'Task' ? [[name, state] as const] : [],
  );

/** States that may follow in time. */
function following(state: State): string[] {
  const next = 'Next' in state ? [state.Next] : [];
  const caught = 'Catch' in state ? (state.Catch ?? []).map((catcher) => catcher.Next) : [];
  const chosen = state.Type === 'Choice' ? [...state.Choices.map((rule) => rule.Next), state.Default] : [];
  return [...next, ...caught, ...chosen];
}

function reachable(definition: Scope, from: string): Set<string> {
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
    for (const scope of scopesOf(definition)) {
      const names = Object.keys(scope.States);
      const targets = Object.values(scope.States).flatMap(following);
      expect(targets.filter((target) => !names.includes(target))).toEqual([]);
      const met = reachable(scope, scope.StartAt).add(scope.StartAt);
      expect(names.filter((name) => !met.has(name))).toEqual([]);
    }
  });

  test('has one name for each state, also within Maps', () => {
    const names = statesOf(definition.States).map(([name]) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  test('limits every task in time and retries, and waits longer each time with chance', () => {
    for (const [name, state] of tasksOf(definition)) {
      if (runsTask(state)) {
        expect(state.TimeoutSeconds, name).toBeGreaterThan(0);
        expect(state.TimeoutSeconds, `${name}: no function runs longer`).toBeLessThanOrEqual(900);
      }
      expect(state.Retry.length, name).toBeGreaterThan(0);
      for (const retrier of state.Retry) {
        expect(retrier.MaxAttempts, name).toBeLessThanOrEqual(20);
        expect(retrier.JitterStrategy, name).toBe('FULL');
        expect(retrier.MaxDelaySeconds, name).toBeLessThanOrEqual(300);
      }
    }
  });

  test('waits for a machine until that gives up by itself, and longer than that for nothing', () => {
    for (const [name, state] of tasksOf(definition).filter(([, one]) => runsMachine(one))) {
      const [nested] = machines.filter(
        ([machine]) => machineKey(machine as MachineName) === nestedKeyOf(state),
      );
      expect(nested, name).toBeDefined();
      if (!runsMachine(state)) continue;
      expect(state.TimeoutSeconds, name).toBeGreaterThan(nested![1].TimeoutSeconds);
      expect(state.TimeoutSeconds, name).toBeLessThan(definition.TimeoutSeconds);
    }
  });

  test('takes the silence of whoever is asked for an answer, and for no reason to ask again', () => {
    for (const [name, state] of tasksOf(definition)) {
      if (!waitsForToken(state)) continue;
      expect(state.TimeoutSecondsPath, name).toMatch(/^\$\./);
      expect(
        state.Retry.flatMap((retrier) => retrier.ErrorEquals),
        name,
      ).not.toContain('States.Timeout');
      expect(state.Catch[0]?.ErrorEquals, name).toEqual(['States.Timeout']);
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
      startsChildren(state) ? Object.keys(state.ItemProcessor.States) : [],
    );
    const refuses = ['Resolve', 'Pre-flight', 'Answer', ...children];
    expect(open.map(([name]) => name).filter((name) => !refuses.includes(name))).toEqual([]);
  });

  test('leaves every loop at a bound: an outcome `overdue`, or a count of laps', () => {
    for (const scope of scopesOf(definition)) {
      const looping = Object.keys(scope.States).filter((name) => reachable(scope, name).has(name));
      for (const name of looping) {
        const loop = looping.filter(
          (other) => reachable(scope, name).has(other) && reachable(scope, other).has(name),
        );
        const bounded = loop.some((member) => bounds(scope.States[member]!));
        expect(bounded, `the loop ${loop.join(' → ')} has no bound`).toBe(true);
      }
    }
  });

  test('runs few children at a time and takes no result of them back', () => {
    for (const [name, state] of statesOf(definition.States))
      if (state.Type === 'Map') {
        expect(state.MaxConcurrency, name).toBeGreaterThan(0);
        expect(state.MaxConcurrency, name).toBeLessThanOrEqual(startsChildren(state) ? 100 : 40);
        expect(state.ResultPath, name).toBeNull();
      }
  });

  test('fits what Step Functions takes, names included', () => {
    expect(Buffer.byteLength(definitionString(definition))).toBeLessThan(1_048_576);
    for (const [name] of statesOf(definition.States)) expect(name.length).toBeLessThanOrEqual(80);
  });
});

/** A choice that routes `overdue`, or a task that counts its laps. */
function bounds(state: State): boolean {
  if (state.Type === 'Choice') return state.Choices.some((rule) => rule.StringEquals === 'overdue');
  if (state.Type !== 'Task') return false;
  const output = TASKS.find(({ name }) => name === taskOf(state))?.output as Partial<z.ZodObject> | undefined;
  return output?.shape !== undefined && 'lap' in output.shape;
}

test('every task that a machine calls has a contract, and every contract of a machine is called', () => {
  const called = machines.flatMap(([, definition]) =>
    tasksOf(definition).flatMap(([, state]) => taskOf(state) ?? []),
  );
  const outside = [
    'StartBackups',
    'CloseStoppedExecution',
    'WatchObjectives',
    'CheckReceipts',
    'FollowLog',
    'HealLog',
    'Beat',
    'KeepStandbys',
    'ReachCluster',
    'StartDrills',
    'SweepDrills',
  ];
  expect([...new Set(called)].sort()).toEqual(
    TASKS.map(({ name }) => name as string)
      .filter((name) => !outside.includes(name))
      .sort(),
  );
});
