import { afterAll, expect } from 'vitest';
import { MACHINES, type MachineName } from '../../../../workflows/index.ts';
import { bench, deploy, named, pathOf, type Toy } from './bench.ts';

/** A task that answers one outcome after the other. */
export const answers = (...turns: readonly (object | Error)[]): Toy => {
  const left = [...turns];
  return () => {
    const next = left.shift() ?? named('Exhausted', 'asked once more than expected');
    if (next instanceof Error) throw next;
    return next;
  };
};

export const nothing: Toy = () => ({});

/** Plays machines over toy tasks; when the file is through, every state of each of them has to have been entered. */
export function player(machines: readonly MachineName[]) {
  const visited = new Map<MachineName, Set<string>>();
  afterAll(() => {
    for (const name of machines)
      expect(
        Object.keys(MACHINES[name].States).filter((state) => !visited.get(name)?.has(state)),
        name,
      ).toEqual([]);
  });
  return async (
    name: MachineName,
    input: object,
    tasks: Readonly<Record<string, Toy>>,
    meanwhile: (on: ReturnType<typeof bench>) => void = () => {},
  ) => {
    const on = bench();
    meanwhile(on);
    const machine = deploy(on, name, tasks);
    const execution = on.states.start(machine.arn, { input: JSON.stringify(input) });
    await on.world.runWhile(() => execution.status === 'RUNNING');
    const path = pathOf(execution);
    visited.set(name, (visited.get(name) ?? new Set<string>()).union(new Set(path)));
    return { execution, path, on, ended: [execution.status, execution.error, path.at(-1)] };
  };
}
