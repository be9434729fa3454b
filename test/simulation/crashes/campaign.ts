import { fnv1a } from '../../../core/ids/fnv.ts';
import { workOff } from './crew.ts';
import type { Covered, Task } from './exploring.ts';
import { oneMore, type Placement, printPlacement } from './placement.ts';
import type { Tally } from './tally.ts';
import type { Subject } from './theatre.ts';

const WORKER = new URL('./worker.ts', import.meta.url);

export interface Campaign {
  readonly subjects: readonly Subject[];
  /** 1: all singles; 2: all pairs as well; 3: as many triples as fit the time, too. */
  readonly crashes: 1 | 2 | 3;
  /** Real time for triples. */
  readonly triplesMs: number;
  readonly tally: Tally;
  /** Told after each task. */
  readonly progress: (doing: string, done: number, of: number) => void;
}

/** Covers every placement of one crash and of two, and of three what the time allows, spread evenly over all of them. */
export async function carryOut(campaign: Campaign): Promise<void> {
  const { subjects, crashes, triplesMs } = campaign;
  const undisturbed = subjects.map((subject) => ({ ...subject, placement: [], crashesMax: 0 }));
  const roots = await coverAll(campaign, 'undisturbed runs', undisturbed);
  const singles = spread(following(roots, Math.min(crashes, 2)));
  const covered = await coverAll(campaign, crashes === 1 ? 'singles' : 'singles and pairs', singles);
  if (crashes < 3) return;
  const pairs = spread(following(covered, 3).map((task) => ({ ...task, again: true })));
  const until = performance.now() + triplesMs;
  await coverAll(campaign, 'triples', pairs, () => performance.now() < until);
}

/** Of everything that was covered, a task for each placement of one more crash. */
const following = (covered: readonly Covered[], crashesMax: number): Task[] =>
  covered.flatMap(({ task: { flow, engine, placement }, calls }) =>
    [...oneMore(placement, calls)].map((next) => ({ flow, engine, placement: next, crashesMax })),
  );

/** In an order that follows from the placements and favours none: whenever it is broken off, all parts had their share. */
const spread = (tasks: readonly Task[]): Task[] =>
  tasks
    .map((task) => ({ task, rank: fnv1a(`${task.flow} ${task.engine} ${printPlacement(task.placement)}`) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ task }) => task);

async function coverAll(
  { tally, progress }: Campaign,
  what: string,
  tasks: readonly Task[],
  going: () => boolean = () => true,
): Promise<readonly Covered[]> {
  const all: Covered[] = [];
  let given = 0;
  await workOff<Task, Covered>(
    WORKER,
    () => (going() ? tasks[given++] : undefined),
    (covered) => {
      all.push(covered);
      tally.add(covered);
      progress(what, all.length, tasks.length);
    },
  );
  return all;
}

/** The shortest story first. */
export const byLength = <Of extends { readonly placement: Placement }>(violations: readonly Of[]): Of[] =>
  [...violations].sort(
    (a, b) =>
      a.placement.length - b.placement.length ||
      (a.placement.at(-1)?.call ?? 0) - (b.placement.at(-1)?.call ?? 0),
  );
