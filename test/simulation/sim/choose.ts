import { FAULT_KINDS, type FaultKind } from '../../../embedded/faults/mix.ts';
import { type Trial, trialOf } from './trial.ts';
import type { Verdict } from './verdict.ts';

/** Short ones: the few that are chosen are lived through by every run of the tests. */
const DAYS = 2;

export interface Choice {
  readonly trials: readonly Trial[];
  /** Faults that were on and took place in none of the quiet runs. */
  readonly missing: readonly FaultKind[];
}

/** Of the seeds 1 to `upTo`, quiet ones that show every fault together: again and again the one that shows most new. */
export async function choose(upTo: number, run: (trial: Trial) => Promise<Verdict>): Promise<Choice> {
  const on = new Set<FaultKind>();
  const quiet: { readonly trial: Trial; readonly shows: ReadonlySet<FaultKind> }[] = [];
  for (let seed = 1; seed <= upTo; seed++) {
    const trial: Trial = { ...trialOf(seed), days: DAYS };
    const { violations, injected } = await run(trial);
    for (const [kind] of injected) on.add(kind);
    if (violations.length > 0) continue;
    quiet.push({
      trial,
      shows: new Set(injected.filter(([, times]) => times > 0).map(([kind]) => kind)),
    });
  }
  const trials: Trial[] = [];
  let missing: readonly FaultKind[] = FAULT_KINDS.filter((kind) => on.has(kind));
  for (;;) {
    const gains = quiet.map(({ trial, shows }) => ({
      trial,
      left: missing.filter((kind) => !shows.has(kind)),
    }));
    const best = gains.toSorted((a, b) => a.left.length - b.left.length)[0];
    if (!best || best.left.length === missing.length) return { trials, missing };
    trials.push(best.trial);
    missing = best.left;
  }
}
