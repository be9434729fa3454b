import { table } from '../../../cli/output/table.ts';
import type { Covered, Violation } from './exploring.ts';
import type { Subject } from './theatre.ts';

interface Row extends Subject {
  calls: number;
  /** Runs by their number of crashes. */
  readonly runs: number[];
  /** Placements of three crashes, as far as all pairs before them are known. */
  triples: number;
  violations: number;
  cpuMs: number;
}

/** Adds up what was covered, per scenario. */
export class Tally {
  readonly #rows = new Map<string, Row>();
  readonly violations: Violation[] = [];

  constructor(subjects: readonly Subject[]) {
    for (const subject of subjects)
      this.#rows.set(keyOf(subject), { ...subject, calls: 0, runs: [], triples: 0, violations: 0, cpuMs: 0 });
  }

  add({ task, calls, runs, beyond, violations, cpuMs }: Covered): void {
    const row = this.#rows.get(keyOf(task))!;
    if (task.placement.length === 0) row.calls = calls;
    if (task.crashesMax === 2) row.triples += beyond;
    for (const [crashes, count] of runs.entries())
      row.runs[crashes] = (row.runs[crashes] ?? 0) + (count ?? 0);
    row.violations += violations.length;
    row.cpuMs += cpuMs;
    this.violations.push(...violations);
  }

  /** All placements so far. */
  get placements(): number {
    return this.#total((row) => placementsOf(row));
  }

  /** @param depth the number of crashes that were to be covered */
  lines(depth: number): string[] {
    const head = ['flow', 'engine', 'calls', 'singles', 'pairs', 'triples', 'violations', 'per CPU second'];
    const wanted = [true, true, true, true, depth > 1, depth > 2, true, true];
    const rows = [...this.#rows.values()].map((row) => [
      row.flow,
      row.engine,
      row.calls,
      ...this.#counts(row),
    ]);
    const all = ['all', '', this.#total(({ calls }) => calls), ...this.#counts(this.#sum())];
    return table([head, ...rows, all].map((cells) => cells.filter((_, n) => wanted[n])));
  }

  #counts(row: Omit<Row, 'flow' | 'engine'>): (string | number)[] {
    const [, singles = 0, pairs = 0, triples = 0] = row.runs;
    const share = `${triples.toLocaleString('en-US')} of ${row.triples.toLocaleString('en-US')}`;
    const pace = row.cpuMs === 0 ? 0 : placementsOf(row) / (row.cpuMs / 1_000);
    return [singles, pairs, share, row.violations, Math.round(pace)];
  }

  #sum(): Omit<Row, 'flow' | 'engine'> {
    const rows = [...this.#rows.values()];
    return {
      calls: 0,
      runs: [0, 1, 2, 3].map((crashes) => this.#total(({ runs }) => runs[crashes] ?? 0)),
      triples: rows.reduce((sum, { triples }) => sum + triples, 0),
      violations: this.violations.length,
      cpuMs: this.#total(({ cpuMs }) => cpuMs),
    };
  }

  #total(of: (row: Row) => number): number {
    return [...this.#rows.values()].reduce((sum, row) => sum + of(row), 0);
  }
}

const keyOf = ({ flow, engine }: Subject): string => `${flow} ${engine}`;
const placementsOf = ({ runs }: Pick<Row, 'runs'>): number =>
  runs.slice(1).reduce((sum, n) => sum + (n ?? 0), 0);
