import type { Cursor, RestoreSpec, Step } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { RestoreFailed, TargetNotEmpty } from '../../../core/errors/registry.ts';
import { placeOf } from '../objects/ports.ts';
import { allOf } from '../shared/bounded.ts';
import { readIndex } from '../shared/manifest-io.ts';
import { recoverOn } from './bin.ts';
import { type DorisPorts, restorePlace } from './ports.ts';
import { attach, detach } from './repository.ts';
import { moveRestore, NOT_BEGUN, type Standing } from './restore-job.ts';
import { planOf, type RestorePlan } from './restore-plan.ts';
import { swapNext } from './swap.ts';

const SESSIONS = 4;
const LOOK_SECONDS = { first: 10, last: 120 };
const SOON_SECONDS = 1;
const BUSY_SECONDS = 60;

/** Where a restore stands. */
interface Restored {
  readonly step: 'restore' | 'swap' | 'detach';
  /** One for each job of the plan, in its order. */
  readonly standings: readonly Standing[];
  /** For each job: what its new table was known by before the swap, `-` before that is known, `done` behind it. */
  readonly swaps: readonly string[];
  readonly looks: number;
}

export async function beginRestore(ports: DorisPorts, spec: RestoreSpec): Promise<Step> {
  if (spec.bin) return recoverOn(ports, spec);
  const { at, point, plan } = await planned(ports, spec);
  await attach(ports, { at, point, readOnly: true });
  return waitFor(plan, 'its repository is attached', SOON_SECONDS, {
    step: 'restore',
    standings: plan.jobs.map(() => NOT_BEGUN),
    swaps: plan.jobs.map(() => '-'),
    looks: 0,
  });
}

export async function pollRestore(ports: DorisPorts, spec: RestoreSpec, cursor: Cursor): Promise<Step> {
  if (spec.bin) return recoverOn(ports, spec);
  const restored = restoredIn(cursor);
  switch (restored.step) {
    case 'restore':
      return moveJobs(ports, spec, restored);
    case 'swap':
      return swapTables(ports, spec, restored);
    case 'detach':
      return letGo(ports, spec, restored);
  }
}

/** What the restore is to do, read from the manifest anew: it is the same each time. */
export async function planned(ports: DorisPorts, spec: RestoreSpec) {
  const at = restorePlace(ports, spec.cluster, spec.region);
  const point = placeOf(ports, spec.region, spec.cluster.name, spec.point.id);
  const index = await readIndex(point, spec.point.content?.root);
  return { at, point, index, plan: planOf(spec, at, index) };
}

/** One job in each database at a time, and databases side by side. */
async function moveJobs(ports: DorisPorts, spec: RestoreSpec, restored: Restored): Promise<Step> {
  const { at, plan } = await planned(ports, spec);
  const standings = [...restored.standings];
  const begun = standings.some((standing) => standing.at !== 'waiting');
  const moved = await allOf(nextJobs(plan, standings), SESSIONS, async (n) => {
    const one = await moveRestore({ ports, spec, at, job: plan.jobs[n]!, standing: standings[n]! }).catch(
      (error: unknown) => Promise.reject(begun ? afterAll(error) : error),
    );
    standings[n] = one.standing;
    return one;
  });
  const now: Restored = { ...restored, standings, looks: restored.looks + 1 };
  if (standings.every((standing) => standing.at === 'done'))
    return plan.mode === 'swap'
      ? waitFor(plan, 'all is restored; names are exchanged next', SOON_SECONDS, { ...now, step: 'swap' })
      : letGo(ports, spec, { ...now, step: 'detach' });
  const doing = moved
    .map((one) => one.doing)
    .join('; ')
    .slice(0, 400);
  if (moved.some(({ standing }) => standing.at === 'submitting' || standing.at === 'done'))
    return waitFor(plan, doing, SOON_SECONDS, { ...now, looks: 0 });
  if (moved.every(({ waiting }) => waiting))
    return { ...waitFor(plan, doing, BUSY_SECONDS, now), outcome: 'waiting' };
  return waitFor(plan, doing, lookAfter(restored.looks), now);
}

/** What no longer is a refusal of the whole: other jobs of this restore were handed in before. */
const afterAll = (error: unknown): unknown =>
  error instanceof TargetNotEmpty
    ? new RestoreFailed(`in the middle of the restore, ${error.message}`, error.facts, { cause: error })
    : error;

function nextJobs({ jobs }: RestorePlan, standings: readonly Standing[]): readonly number[] {
  const first = new Map<string, number>();
  jobs.forEach(({ into }, n) => {
    if (standings[n]!.at !== 'done' && !first.has(into)) first.set(into, n);
  });
  return [...first.values()];
}

const lookAfter = (looks: number): number =>
  Math.min(LOOK_SECONDS.last, Math.round(LOOK_SECONDS.first * 1.25 ** looks));

/** One table a lap, each in two: see `swapNext`. */
async function swapTables(ports: DorisPorts, spec: RestoreSpec, restored: Restored): Promise<Step> {
  const { at, plan } = await planned(ports, spec);
  const n = restored.swaps.findIndex((known) => known !== 'done');
  if (n < 0) return letGo(ports, spec, { ...restored, step: 'detach' });
  const swaps = [...restored.swaps];
  swaps[n] = await swapNext(ports, at, plan.jobs[n]!, swaps[n]!);
  return waitFor(plan, `names are exchanged: ${n} of ${swaps.length} tables done`, SOON_SECONDS, {
    ...restored,
    swaps,
  });
}

async function letGo(ports: DorisPorts, spec: RestoreSpec, restored: Restored): Promise<Step> {
  const { at, point, plan } = await planned(ports, spec);
  if (await detach(ports, at, point)) return { outcome: 'ready', cursor: cursorOf(plan, spec, restored) };
  return waitFor(plan, 'a job still uses the repository', BUSY_SECONDS, { ...restored, step: 'detach' });
}

const waitFor = (plan: RestorePlan, doing: string, pollAfterSeconds: number, restored: Restored) => ({
  outcome: 'running' as const,
  pollAfterSeconds,
  doing,
  cursor: cursorOf(plan, undefined, restored),
});

const lineOf = ({ at, attempt, before, unseen }: Standing): string => [at, attempt, before, unseen].join(' ');

function standingIn(line: string): Standing {
  const [at, attempt, before, unseen] = line.split(' ');
  const known = (['waiting', 'submitting', 'running', 'done'] as const).find((name) => name === at);
  invariant(known && unseen !== undefined, 'the cursor carries where a job stands', { line });
  return { at: known, attempt: Number(attempt), before: Number(before), unseen: Number(unseen) };
}

/** Of a part of a point its tables are counted; how many files they are Doris alone knows. */
function cursorOf(
  plan: RestorePlan,
  spec: RestoreSpec | undefined,
  { standings, swaps, ...rest }: Restored,
): Cursor {
  return {
    ...rest,
    jobs: plan.jobs.length,
    ...Object.fromEntries(standings.map((standing, n) => [`job.${n}`, lineOf(standing)])),
    ...(plan.mode === 'swap' && Object.fromEntries(swaps.map((swap, n) => [`swap.${n}`, swap]))),
    ...(spec?.scope && { items: plan.jobs.length, bytes: 0 }),
  };
}

function restoredIn(cursor: Cursor): Restored {
  const step = (['restore', 'swap', 'detach'] as const).find((known) => known === cursor['step']);
  const { jobs, looks } = cursor;
  invariant(step && typeof jobs === 'number', 'the cursor carries a step of a restore');
  const numbers = Array.from({ length: jobs }, (_, n) => n);
  return {
    step,
    standings: numbers.map((n) => standingIn(String(cursor[`job.${n}`]))),
    swaps: numbers.map((n) => String(cursor[`swap.${n}`] ?? '-')),
    looks: typeof looks === 'number' ? looks : 0,
  };
}
