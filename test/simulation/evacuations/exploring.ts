import { fnv1a } from '../../../core/ids/fnv.ts';
import { FAULTS, type FaultKind, type Placement, printAt } from './fault.ts';
import { STORY, type StoryName } from './story.ts';
import type { Run, Theatre } from './theatre.ts';

/** One run: of a story with a fault at a call, or without any. */
export interface Task {
  readonly story: StoryName;
  readonly placement?: Placement;
  /** A call of this kind was made before it. */
  readonly again?: boolean;
}

/** What became of it. */
export interface Covered {
  readonly task: Task;
  readonly calls: number;
  /** Of a run without a fault: every placement of one. */
  readonly more: readonly Task[];
  /** What was struck, how it went on, and what was wrong in the end; empty when nothing was. */
  readonly violations: readonly string[];
  readonly cpuMs: number;
}

/** Runs a task, and compares it with the run that its placement was found in. */
export async function cover(theatre: Theatre, task: Task): Promise<Covered> {
  const undisturbed = await theatre.undisturbed(task.story);
  const began = process.cpuUsage();
  const run = task.placement ? await theatre.run(task.story, task.placement) : undisturbed;
  const { user, system } = process.cpuUsage(began);
  const wrong = [...run.violations, ...strayed(undisturbed, run)];
  const violations = wrong.length > 0 ? [...storyOf(run), ...wrong] : [];
  const more = task.placement ? [] : placementsOf(run);
  return { task, calls: run.calls.length, more, violations, cpuMs: (user + system) / 1_000 };
}

/**
 * Every fault that a story knows, before and after every call that it made. After an invocation is before or after the
 * calls that it makes, and after a call that is answered with an error is before the next one. Where nothing happens
 * between two calls, after the one is before the other, and either stands for both.
 */
const placementsOf = (run: Run): readonly Task[] =>
  FAULTS.filter((fault) => STORY[run.story].faults.includes(fault)).flatMap((fault) =>
    run.calls.flatMap((label, n) =>
      (['before', 'after'] as const)
        .map((when): Placement => ({ fault, call: n + 1, when }))
        .filter((placement) => isMomentOfItsOwn(run, placement))
        .map((placement) => ({ story: run.story, placement, again: run.calls.indexOf(label) < n })),
    ),
  );

function isMomentOfItsOwn({ effective, adjacent }: Run, { fault, call, when }: Placement): boolean {
  if (when === 'after')
    return effective.has(call) && !(adjacent.has(call + 1) && isSeenFromNext(fault, call + 1));
  return !adjacent.has(call) || isSeenFromNext(fault, call);
}

/** The next call learns of it in another way than it would have: as often as not, it is that. */
const isSeenFromNext = (fault: FaultKind, next: number): boolean => fnv1a(`${fault} ${next}`) % 2 === 0;

/**
 * One of each kind of call first, and in an order that follows from the placements and favours none: whenever it is
 * broken off, all parts had their share.
 */
export const spread = (tasks: readonly Task[]): readonly Task[] =>
  tasks
    .map((task) => ({ task, rank: (task.again ? RANKS : 0) + fnv1a(keyOf(task)) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ task }) => task);

const RANKS = 2 ** 32;

const keyOf = ({ story, placement }: Task): string =>
  `${story} ${placement ? `${placement.fault} ${printAt(placement)}` : ''}`;

/** The words after the command that has a run again. */
export const againOf = ({ story, placement }: Task): string =>
  `--story ${story}${placement ? ` --fault ${placement.fault as FaultKind} --at ${printAt(placement)}` : ''}`;

const STRUCK: Readonly<Record<FaultKind, string>> = {
  'home-lost': 'the primary region was lost',
  'away-lost': 'the recovery region was lost',
  'home-gone': 'the primary region was lost for good',
  'home-back': 'the primary region came back',
};

const storyOf = ({ placement, calls, endings }: Run): readonly string[] => [
  ...(placement
    ? [
        `${STRUCK[placement.fault]} ${placement.when} this: ${calls[placement.call - 1] ?? 'a call that was not made'}`,
      ]
    : []),
  ...endings.map((ending) => `then it ended: ${ending.slice(0, ENDING_MAX)}`),
];

const ENDING_MAX = 400;

/** Up to its fault, a run is the one that its placement was found in: otherwise nothing could be replayed. */
function strayed(undisturbed: Run, { placement, calls }: Run): readonly string[] {
  if (!placement) return [];
  const at = undisturbed.calls.slice(0, placement.call).findIndex((call, n) => calls[n] !== call);
  if (at < 0) return [];
  return [`call ${at + 1} was ${calls[at] ?? 'not made'}; undisturbed it was ${undisturbed.calls[at]}`];
}
