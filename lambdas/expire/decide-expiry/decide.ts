import type { CopyRecord, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import type { FencedOff } from '../../../core/errors/registry.ts';
import { type RecoveryPointId, scheduledAtOf } from '../../../core/ids/names.ts';
import type { Installation } from '../../../core/plan/installation.ts';
import type { DueEntry } from '../../../core/ports/catalog.ts';
import type { Decision } from '../../../core/retention/decide.ts';
import {
  type Judgement,
  judgeCluster,
  provenIn,
  wantsCopies,
} from '../../../core/retention/judge-cluster.ts';
import { nextReview } from '../../../core/retention/next-review.ts';
import type { ExpirePlan } from '../../../core/retention/plan-expiry.ts';
import type { ProvenIn } from '../../../core/retention/rules.ts';
import { days, type Instant, instant, later } from '../../../core/time/instant.ts';
import type { decideExpiry } from '../../../workflows/contracts/expire.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { type SidesPorts, sidesOf } from '../../shared/sides.ts';
import { writePlan } from '../plan-file.ts';
import { takeTurn } from '../turn.ts';
import { announceRefusals } from './refusals.ts';
import { settleBin } from './settle-bin.ts';

export type DecidePorts = Pick<
  TaskPorts,
  'region' | 'role' | 'configuration' | 'catalog' | 'vault' | 'announcer' | 'telemetry'
> &
  SidesPorts;

/** Due entries of one lap. A lap takes minutes at most, and its plan stays readable. */
export const LOOK = 500;
/**
 * A bound on the machine's loop; whatever is due beyond it is due in the next run. Ten thousand clusters have some
 * 35,000 reviews in the hour between two runs.
 */
export const LAPS = 100;
/** What was refused is looked at again after this long, so that it is neither forgotten nor announced every hour. */
const AGAIN = days(1);

/**
 * Looks at what is due and at nothing else. Per cluster, everything from its oldest due point on is judged at once, so
 * that the circuit breaker counts a whole run and not a lap. The plan is written before anything follows from it;
 * refusals are announced before their points are put off; kept points are put off last. A retry in between finds the
 * rest still due.
 */
export async function decide(
  { execution, state }: Input<typeof decideExpiry>,
  ports: DecidePorts,
  now: Instant,
): Promise<Output<typeof decideExpiry>> {
  const before = state.expiry ?? { handled: 0, refused: 0, lap: 0 };
  const lap = before.lap + 1;
  const nothing = {
    outcome: 'nothing' as const,
    plan: '',
    handled: before.handled,
    refused: before.refused,
    lap,
    holder: execution,
  };
  if (ports.role !== 'primary' || lap > LAPS) return nothing;
  if (!(await takeTurn(ports, execution, now))) {
    ports.telemetry.info(`another expiry run is at work in ${ports.region}; this one leaves it alone`);
    return nothing;
  }
  const due = await ports.catalog.due('review', ports.region, now, LOOK);
  if (due.length === 0) return nothing;
  const { installation } = await ports.configuration.read();
  const looks: Look[] = [];
  const sides = await sidesOf(installation, ports);
  for (const [cluster, entries] of Map.groupBy(due, (entry) => entry.cluster)) {
    const kept = sides.keepsAll(cluster);
    if (kept) await putOff(entries, kept, ports, now);
    else looks.push(await lookAt(cluster, entries, installation, ports, now));
  }
  const plans = looks.map((look) => look.plan);
  const expiring = plans.some((plan) => plan.expire.length > 0);
  const plan = await writePlan(ports.vault, execution, lap, plans, now);
  for (const look of looks) await follow(look, ports, installation, now);
  return {
    outcome: expiring || due.length === LOOK ? 'expire' : 'nothing',
    plan,
    handled: before.handled + due.length,
    refused: before.refused + looks.reduce((sum, look) => sum + look.refused.length, 0),
    lap,
    holder: execution,
  };
}

/** Nothing expires while another side is active. It is looked at again, and would hide what is due behind it otherwise. */
async function putOff(
  entries: readonly DueEntry[],
  kept: FencedOff,
  { catalog, telemetry }: DecidePorts,
  now: Instant,
): Promise<void> {
  telemetry.info(`${entries.length} reviews are put off: ${kept.message}`, { reason: kept.name });
  for (const { id } of entries) {
    const point = await catalog.point(id);
    if (point?.state === 'sealed' || point?.state === 'expiring')
      await catalog.reviewAt(id, later(now, AGAIN));
  }
}

/** What one cluster's due points led to. */
interface Look {
  readonly plan: ExpirePlan;
  readonly due: readonly RecoveryPoint[];
  readonly decisions: ReadonlyMap<RecoveryPointId, Decision>;
  /** Refusals of due points. The others were told when they were due. */
  readonly refused: ExpirePlan['refusals'];
}

async function lookAt(
  name: string,
  entries: readonly DueEntry[],
  installation: Installation,
  ports: DecidePorts,
  now: Instant,
): Promise<Look> {
  const oldest = instant(Math.min(...entries.map(({ id }) => scheduledAtOf(id) ?? 0)));
  const points = await ports.catalog.points(name, oldest);
  const holds = await ports.catalog.holds(name);
  const judge = (proven?: ProvenIn): Judgement =>
    judgeCluster(name, installation, { points, holds, ...(proven && { proven }) }, now);
  const first = judge();
  const { decisions, plan } = wantsCopies(first)
    ? judge(await provenSince(oldest, name, installation, ports))
    : first;
  const dueIds = new Set(entries.map(({ id }) => id));
  return {
    plan,
    due: points.filter(({ id }) => dueIds.has(id)),
    decisions: new Map(decisions.map((decision) => [decision.point.id, decision])),
    refused: plan.refusals.filter(({ id }) => dueIds.has(id)),
  };
}

async function provenSince(
  from: Instant,
  cluster: string,
  { regions }: Installation,
  { catalog }: DecidePorts,
): Promise<ProvenIn> {
  const copies = new Map<string, readonly CopyRecord[]>();
  for (const region of [regions.primary, ...regions.recovery])
    copies.set(region, await catalog.copies(cluster, region, from));
  return provenIn(copies);
}

async function follow(
  look: Look,
  ports: DecidePorts,
  installation: Installation,
  now: Instant,
): Promise<void> {
  await announceRefusals(look.plan, look.refused, ports);
  const leaving = new Set(look.plan.expire.map(({ id }) => id));
  for (const point of look.due) {
    if (leaving.has(point.id)) continue;
    if (point.state === 'expiring') await settleBin(point, installation, ports, now);
    const decision = look.decisions.get(point.id);
    if (decision)
      await ports.catalog.reviewAt(
        point.id,
        decision.keep.length === 0 ? later(now, AGAIN) : nextReview(decision, now),
      );
  }
}
