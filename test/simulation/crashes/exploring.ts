import { oneMore, type Placement } from './placement.ts';
import type { Run, Subject, Theatre } from './theatre.ts';

/** A run with these crashes, and all runs that have more of them behind these, up to a number of crashes. */
export interface Task extends Subject {
  readonly placement: Placement;
  readonly crashesMax: number;
  /** True when the run itself was counted and judged before, and only those with more crashes are wanted. */
  readonly again?: boolean;
}

export interface Violation extends Subject {
  readonly placement: Placement;
  /** The calls that were crashed, and what was wrong in the end. */
  readonly story: readonly string[];
}

/** What a task covered. */
export interface Covered {
  readonly task: Task;
  /** Calls of the run at the task's own placement. */
  readonly calls: number;
  /** Runs by their number of crashes. */
  readonly runs: readonly number[];
  /** Placements of one more crash than was asked for: what is left uncovered. */
  readonly beyond: number;
  readonly violations: readonly Violation[];
  readonly cpuMs: number;
}

/**
 * Runs a placement, and then every placement of one more crash at the calls that this run made after its last one, the
 * repetitions included; and so on. So each call of every run but the last ones is crashed before and after.
 */
export async function explore(theatre: Theatre, task: Task): Promise<Covered> {
  const { flow, engine, crashesMax } = task;
  const runs: number[] = [];
  const violations: Violation[] = [];
  let beyond = 0;
  const visit = async (placement: Placement, parent: Run | undefined): Promise<Run> => {
    const run = await theatre.run({ flow, engine }, placement);
    if (!task.again || parent) {
      runs[placement.length] = (runs[placement.length] ?? 0) + 1;
      const what = [...run.violations, ...strayed(parent, run)];
      if (what.length > 0) violations.push({ flow, engine, placement, story: [...storyOf(run), ...what] });
    }
    const more = [...oneMore(placement, run.calls.length)];
    if (placement.length === crashesMax) beyond += more.length;
    else for (const next of more) await visit(next, run);
    return run;
  };
  const began = process.cpuUsage();
  const { calls } = await visit(task.placement, undefined);
  const { user, system } = process.cpuUsage(began);
  return { task, calls: calls.length, runs, beyond, violations, cpuMs: (user + system) / 1_000 };
}

/** Which calls a run crashed, in words. */
export const storyOf = ({ placement, calls }: Run): readonly string[] =>
  placement.map(({ call, when }) => `crashed ${when} this: ${calls[call - 1]}`);

/** Up to its last crash, a run is the one that its placement was found in: otherwise nothing could be replayed. */
function strayed(parent: Run | undefined, { placement, calls }: Run): readonly string[] {
  if (!parent) return [];
  const last = placement.at(-1)!.call;
  const at = parent.calls.slice(0, last).findIndex((call, n) => calls[n] !== call);
  if (at < 0) return [];
  return [`call ${at + 1} was ${calls[at] ?? 'not made'}; with one crash less it was ${parent.calls[at]}`];
}
