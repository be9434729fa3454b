import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import { type Cluster, type Installation, type Plan, planOf } from '../../../core/plan/installation.ts';
import { currentRpo } from '../../../core/recovery/achieved.ts';
import {
  between,
  type Duration,
  earlier,
  type Instant,
  inSeconds,
  instant,
  iso,
  speak,
} from '../../../core/time/instant.ts';
import type { watchObjectives } from '../../../workflows/contracts/watch.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { throwWorst } from '../../shared/throw-worst.ts';
import { noteAnnounced, REMIND_EVERY, waitingSinceFirst, wasAnnounced } from './announced.ts';
import { countRisks } from './count-risks.ts';
import { type LabelPorts, labelOf } from './label.ts';
import { type LogHere, type LogPorts, logHere, speakLog } from './log-here.ts';

type WatchPorts = Pick<TaskPorts, 'configuration'> & LabelPorts & LogPorts;

/**
 * Measures every cluster that this region protects. Only what lies here counts: points that are proven here, and a log
 * that lies in this region's vault; an engine's own log would be lost with its cluster. The metrics come each time, for the alarm; the event comes once per breach and then once a day.
 */
export async function watch(
  _: Input<typeof watchObjectives>,
  ports: WatchPorts,
  now: Instant,
): Promise<Output<typeof watchObjectives>> {
  const { installation, since } = await ports.configuration.read();
  const watched = protectedHere(installation, ports.region);
  // One cluster that cannot be measured must not hide the others.
  const outcomes = await Promise.allSettled(
    watched.map(([cluster, plan]) => watchOne(cluster, plan, since, ports, now)),
  );
  const labels = await Promise.allSettled(
    watched.map(([cluster, plan]) => labelOf({ installation, cluster, plan, since }, ports, now)),
  );
  countRisks(
    labels.flatMap((o) => (o.status === 'fulfilled' ? [o.value] : [])),
    ports,
  );
  const breached = outcomes.filter((o) => o.status === 'fulfilled' && o.value).length;
  ports.telemetry.metric('BreachedClusters', 'Count', breached, { region: ports.region });
  throwWorst(
    `in ${ports.region}, achieved RPOs were not measured`,
    watched.map(([{ name }], n) => [name, outcomes[n]!] as const),
  );
  throwWorst(
    `in ${ports.region}, protection labels were not made`,
    watched.map(([{ name }], n) => [name, labels[n]!] as const),
  );
  return { clusters: watched.length, breached };
}

function protectedHere(installation: Installation, region: string): (readonly [Cluster, Plan])[] {
  const home = region === installation.regions.primary;
  return installation.clusters.flatMap((cluster) => {
    const plan = planOf(installation, cluster);
    return plan && (home || plan.copyTo.includes(region)) ? [[cluster, plan] as const] : [];
  });
}

/** True when the objective is breached. */
async function watchOne(
  cluster: Cluster,
  plan: Plan,
  configuredSince: Instant,
  ports: WatchPorts,
  now: Instant,
): Promise<boolean> {
  const newest = await ports.catalog.newestProven(cluster.name, ports.region);
  const since = newest ? configuredSince : await waitingSince(cluster, configuredSince, ports);
  const log = await logHere(cluster, plan, newest, ports, now);
  const latest = log?.latest ?? newest?.takenAt;
  const achieved = currentRpo(latest, since, now);
  const breached = achieved > plan.objectives.rpo;
  const of = { cluster: cluster.name, region: ports.region };
  ports.telemetry.metric('AchievedRpo', 'Seconds', inSeconds(achieved), of);
  ports.telemetry.metric('ObjectiveBreached', 'Count', breached ? 1 : 0, of);
  if (!breached) return false;
  const metAgain = await recoveredAt(cluster, plan, log, ports, now);
  if (await wasAnnounced(ports.vault, cluster.name, metAgain, now)) return true;
  await announce(cluster, plan, { newest, log, achieved }, ports);
  await noteAnnounced(ports.vault, cluster.name, now);
  return breached;
}

/**
 * Nothing was ever proven here: the clock runs from the first attempt, or from the first deployment that configured the
 * cluster. A cluster whose backups never even start is found this way.
 */
async function waitingSince(
  cluster: Cluster,
  configured: Instant,
  { catalog, vault }: WatchPorts,
): Promise<Instant> {
  const oldest = (await catalog.points(cluster.name)).at(-1);
  const since = instant(Math.min(configured, oldest?.openedAt ?? configured));
  return waitingSinceFirst(vault, cluster.name, since);
}

/**
 * The last time that the objective was met again. A breach that was announced before then is another breach; one that
 * goes on while late copies trickle in is the same. A copy that was set aside since met it while it was taken for whole.
 */
async function recoveredAt(
  { name }: Cluster,
  { objectives: { rpo } }: Plan,
  log: LogHere | undefined,
  { catalog, region }: WatchPorts,
  now: Instant,
): Promise<Instant | undefined> {
  // Of a log that stands still the same holds since its last move, so a breach stays one however often it is measured.
  if (log?.latest !== undefined)
    return between(log.chain.checkpoint, log.chain.checkpointAt) <= rpo ? log.chain.checkpointAt : undefined;
  const lately = await catalog.copies(name, region, earlier(now, (REMIND_EVERY + rpo) as Duration));
  const met = lately.flatMap(({ takenAt, provenAt }) =>
    takenAt !== undefined && provenAt !== undefined && between(takenAt, provenAt) <= rpo ? [provenAt] : [],
  );
  return met.length === 0 ? undefined : instant(Math.max(...met));
}

interface Measured {
  readonly newest: CopyRecord | undefined;
  readonly log: LogHere | undefined;
  readonly achieved: Duration;
}

function announce(
  cluster: Cluster,
  plan: Plan,
  { newest, log, achieved }: Measured,
  { announcer, region }: WatchPorts,
): Promise<void> {
  const last =
    newest?.takenAt === undefined
      ? 'no recovery point of it was ever proven there'
      : `its newest proven recovery point there is ${newest.id}, of ${iso(newest.takenAt)}`;
  const look = `look at the latest runs of holdfast-backup and holdfast-copy${log ? ', and at what keeps its log' : ''}`;
  const message = `the achieved RPO of ${cluster.name} in ${region} is ${speak(achieved)} and the objective of plan ${plan.name} is ${speak(plan.objectives.rpo)}: ${last}${log ? `; ${speakLog(log)}` : ''}`;
  return announcer.announce({
    name: 'ObjectiveBreached',
    cluster: cluster.name,
    region,
    reason: { name: 'ObjectiveBreached', message },
    sentence: `${message}; ${look}`,
    facts: {
      objective: 'Rpo',
      achievedRpoSeconds: inSeconds(achieved),
      rpoSeconds: inSeconds(plan.objectives.rpo),
      ...(log?.chain && { logChain: log.chain.chain, logState: log.chain.state }),
    },
    ...(newest && { recoveryPoint: newest.id }),
  });
}
