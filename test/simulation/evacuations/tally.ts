import { table } from '../../../cli/output/table.ts';
import type { Covered, Task } from './exploring.ts';

interface Row {
  readonly story: string;
  readonly fault: string;
  calls: number;
  run: number;
  of: number;
  violations: number;
  cpuMs: number;
}

/** Adds up what was covered, per story and fault. */
export class Tally {
  readonly #rows = new Map<string, Row>();
  readonly #calls = new Map<string, number>();
  readonly violations: Covered[] = [];

  /** A story has run without a fault: so many placements are there. */
  found(covered: Covered, placements: readonly Task[]): void {
    this.#calls.set(covered.task.story, covered.calls);
    for (const placement of placements) this.#rowOf(placement).of++;
    if (covered.violations.length > 0) this.violations.push(covered);
  }

  add(covered: Covered): void {
    const row = this.#rowOf(covered.task);
    row.run++;
    row.cpuMs += covered.cpuMs;
    if (covered.violations.length === 0) return;
    row.violations++;
    this.violations.push(covered);
  }

  get run(): number {
    return this.#sum(({ run }) => run);
  }

  get of(): number {
    return this.#sum(({ of }) => of);
  }

  lines(): string[] {
    const head = ['story', 'fault', 'calls', 'run', 'of', 'violations', 'per CPU second'];
    const rows = [...this.#rows.values()].map((row) => [
      ...[row.story, row.fault, row.calls, row.run, row.of, row.violations],
      row.cpuMs === 0 ? '' : (row.run / (row.cpuMs / 1_000)).toFixed(1),
    ]);
    return table([head, ...rows, ['all', '', '', this.run, this.of, this.violations.length, '']]);
  }

  #sum(of: (row: Row) => number): number {
    return [...this.#rows.values()].reduce((sum, row) => sum + of(row), 0);
  }

  #rowOf({ story, placement }: Task): Row {
    const fault = placement?.fault ?? 'none';
    const key = `${story} ${fault}`;
    const found = this.#rows.get(key);
    if (found) return found;
    const calls = this.#calls.get(story) ?? 0;
    const row: Row = { story, fault, calls, run: 0, of: 0, violations: 0, cpuMs: 0 };
    this.#rows.set(key, row);
    return row;
  }
}
