import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { bundle, bundleOf, entryOf } from '../../lib/code/bundle.ts';
import { DEPLOYED_TASKS } from '../../lib/config/tasks.ts';
import { kebab } from '../../lib/names.ts';
import { TASKS, type TaskName } from '../../workflows/contracts/tasks.ts';

/**
 * One of each machine's, and those that are compared: whoever deploys bundles all of them, and what all of them hold in
 * common is most of each.
 */
const NAMES: readonly TaskName[] = [
  ...new Map(TASKS.map(({ name }) => [DEPLOYED_TASKS[name].machine, name])).values(),
  'CaptureShard',
  'BeginCopy',
];

beforeAll(() => bundle(NAMES));

const ROOT = join(import.meta.dirname, '../..');
const fileOf = (task: TaskName): string => join(bundleOf(task), 'index.mjs');

/** In a process of its own, as Lambda does it: what runs the tests would read every bundle once more. */
const parametersOf = (tasks: readonly TaskName[]): Record<string, number> =>
  JSON.parse(
    execFileSync(process.execPath, [
      '--input-type=module',
      '--eval',
      `const found = {};
       for (const [task, path] of ${JSON.stringify(tasks.map((task) => [task, fileOf(task)]))})
         found[task] = (await import(path)).handler.length;
       console.log(JSON.stringify(found));`,
    ]).toString(),
  );

test('every task has the file that is bundled for it', () => {
  const absent = TASKS.filter(({ name }) => !existsSync(join(ROOT, entryOf(name))));
  expect(absent).toEqual([]);
});

test('a bundle is a module with a handler, and takes no callback, which Lambda refuses from Node 24 on', () => {
  const found = parametersOf(NAMES);
  expect(Object.keys(found).toSorted()).toEqual([...new Set(NAMES)].toSorted());
  expect(Object.entries(found).filter(([, parameters]) => parameters > 2)).toEqual([]);
});

test('the functions that run by the hundred carry no more clients than they need', () => {
  expect(statSync(fileOf('CaptureShard')).size).toBeLessThan(statSync(fileOf('BeginCopy')).size);
});

test('a task is found by its name in kebab case', () => {
  expect(kebab('CloseStoppedExecution')).toBe('close-stopped-execution');
  expect(entryOf('CloseStoppedExecution')).toBe('lambdas/watch/close-stopped-execution/handler.ts');
});
