import { FAULT_KINDS, type FaultKind } from '../../../embedded/faults/mix.ts';
import { checkerOf, type Verdict } from './verdict.ts';

const DAY_MS = 86_400_000;
/** So many runs have each fault in dozens of them. */
const RUNS_FOR_EACH_FAULT = 100;

/** What a hunt has seen. */
export class Tally {
  runs = 0;
  failed = 0;
  #virtualMs = 0;
  /** Times and runs of each fault. */
  readonly #injected = new Map<FaultKind, { times: number; runs: number }>();
  readonly #violations = new Map<string, number>();

  add({ violations, injected, virtual }: Verdict): void {
    this.runs++;
    this.#virtualMs += virtual;
    for (const [kind, times] of injected) {
      const sum = this.#injected.get(kind) ?? { times: 0, runs: 0 };
      this.#injected.set(kind, { times: sum.times + times, runs: sum.runs + (times > 0 ? 1 : 0) });
    }
    if (violations.length > 0) this.failed++;
    // A run that names ten points for one cause counts once.
    for (const checker of new Set(violations.map(checkerOf)))
      this.#violations.set(checker, (this.#violations.get(checker) ?? 0) + 1);
  }

  get virtualDays(): number {
    return this.#virtualMs / DAY_MS;
  }

  /** Faults that were on in some run and took place in none, once there were enough runs. */
  get neverHit(): FaultKind[] {
    if (this.runs < RUNS_FOR_EACH_FAULT) return [];
    return FAULT_KINDS.filter((kind) => this.#injected.get(kind)?.times === 0);
  }

  /** Faults that were on in no run: switched off, drawn off each time, or without an occasion in the installation. */
  get neverOn(): FaultKind[] {
    return FAULT_KINDS.filter((kind) => !this.#injected.has(kind));
  }

  report(seconds: number): string[] {
    const speed = this.virtualDays / seconds;
    const faults = [...this.#injected].filter(([, { times }]) => times > 0);
    const widest = Math.max(0, ...faults.map(([kind]) => kind.length));
    return [
      `${this.runs} runs, ${this.virtualDays.toFixed(0)} virtual days in ${seconds.toFixed(0)} s: ${speed.toFixed(1)} virtual days per second`,
      'faults injected:',
      ...faults
        .sort(([a], [b]) => FAULT_KINDS.indexOf(a) - FAULT_KINDS.indexOf(b))
        .map(
          ([kind, { times, runs }]) =>
            `  ${kind.padEnd(widest)} ${String(times).padStart(8)} in ${runs} runs`,
        ),
      ...(this.neverHit.length > 0 ? [`on, and never hit in any run: ${this.neverHit.join(', ')}`] : []),
      ...(this.neverOn.length > 0 ? [`on in no run: ${this.neverOn.join(', ')}`] : []),
      ...(this.failed === 0
        ? ['no violations']
        : [
            `${this.failed} runs with violations:`,
            ...[...this.#violations].map(([checker, runs]) => `  ${checker} in ${runs} runs`),
          ]),
    ];
  }
}
