import type { Trial } from './trial.ts';
import { checkerOf, type Verdict } from './verdict.ts';

interface ShrinkOptions {
  readonly run: (trial: Trial) => Promise<Verdict>;
  /** True when the time is over: what has been found by then is the answer. */
  readonly over: () => boolean;
  /** Told before each attempt. */
  readonly tell?: (attempt: number, trial: Trial) => void;
}

export interface Shrunk {
  /** Of the shortest run that still fails in the same checker. */
  readonly verdict: Verdict;
  readonly attempts: number;
  /** False when the time was over before everything had been tried. */
  readonly complete: boolean;
}

/**
 * Makes a failing run shorter while the checker that failed first still fails: fewer days, nothing wild, and one fault
 * after the other off. Each fault has streams of its own, so what is switched off leaves the rest as it was.
 */
export async function shrink(failed: Verdict, { run, over, tell }: ShrinkOptions): Promise<Shrunk> {
  const checker = checkerOf(failed.violations[0]!);
  let best = failed;
  let attempts = 0;
  /** Whether a shorter run fails as well; it is the best from then on. */
  const fails = async (change: Partial<Trial>): Promise<boolean> => {
    if (over()) return false;
    const trial = { ...best.trial, ...change };
    tell?.(++attempts, trial);
    const verdict = await run(trial);
    const same = verdict.violations.some((violation) => checkerOf(violation) === checker);
    if (same) best = withFirst(verdict, checker);
    return same;
  };

  for (let days = 1; days < failed.trial.days && !over(); days++) if (await fails({ days })) break;
  await withoutFaults(best, fails);
  if (best.trial.temper === 'swarm') await fails({ temper: 'mild' });
  return { verdict: best, attempts, complete: !over() };
}

/** Switches faults off, half of them at once and then fewer, as long as that makes the run shorter. */
async function withoutFaults(
  { trial, injected }: Verdict,
  fails: (change: Partial<Trial>) => Promise<boolean>,
): Promise<void> {
  // A fault that never took place has changed nothing: the run is the same without it.
  let kept = injected.filter(([, times]) => times > 0).map(([kind]) => kind);
  // A run that broke its process has not told what was injected.
  if (injected.length === 0 || !(await fails({ only: kept, without: undefined }))) return;
  for (let size = Math.ceil(kept.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < kept.length; ) {
      const fewer = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await fails({ ...trial, only: fewer, without: undefined })) kept = fewer;
      else from += size;
    }
}

/** The violation that was looked for comes first: the story is about it. */
const withFirst = (verdict: Verdict, checker: string): Verdict => ({
  ...verdict,
  violations: verdict.violations.toSorted(
    (a, b) => Number(checkerOf(b) === checker) - Number(checkerOf(a) === checker),
  ),
});
