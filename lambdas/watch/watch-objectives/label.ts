import { gather } from '../../../core/objectives/gather.ts';
import { type Label, labelKey, protectionOf } from '../../../core/objectives/label.ts';
import { ALARMING, type Alarming } from '../../../core/objectives/risks.ts';
import type { ScrubFinding } from '../../../core/objectives/situation.ts';
import type { Cluster, Installation, Plan } from '../../../core/plan/installation.ts';
import type { Drills } from '../../../core/ports/drills.ts';
import type { Groups } from '../../../core/ports/groups.ts';
import { hours, type Instant, instant, parseInstant } from '../../../core/time/instant.ts';
import type { TaskPorts, Vault } from '../../shared/ports.ts';
import { readStanding } from '../../verify/standing-file.ts';
import { noteAnnounced, wasAnnounced } from './announced.ts';

export type LabelPorts = Pick<TaskPorts, 'region' | 'catalog' | 'vault' | 'announcer' | 'telemetry'> & {
  readonly groups: Pick<Groups, 'epoch'>;
  readonly drills: Pick<Drills, 'drills'>;
};

export interface Labelled {
  readonly installation: Installation;
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly since: Instant;
}

/**
 * The label of this hour, made by the first run in it. What it is made from moves slowly, but for the achieved RPO, which
 * is measured at each run; and reading it is what a watch costs.
 */
export async function labelOf(of: Labelled, ports: LabelPorts, now: Instant): Promise<Label> {
  const name = of.cluster.name;
  const last = await readLabel(ports.vault, name);
  if (last && isOf(hours(1), last, now)) return last;
  const since = instant(Math.min(of.since, parseInstant(last?.protectedSince ?? '') ?? of.since));
  const sources = { ...ports, scrub: scrubHere(ports) };
  const { label } = protectionOf(await gather({ ...of, since }, sources, now), now);
  // Before it is written: whoever dies in between says a risk twice, and never not at all.
  await tellRisks(label, last, ports, now);
  if (!last || !isOf(hours(24), last, now)) measure(label, ports);
  await ports.vault.store.put(ports.vault.bucket, labelKey(name), Buffer.from(JSON.stringify(label)));
  return label;
}

async function readLabel({ store, bucket }: Vault, cluster: string): Promise<Label | undefined> {
  const bytes = await store.get(bucket, labelKey(cluster));
  return bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as Label);
}

/** Whether a label was made in the same hour, or day, as now. */
const isOf = (period: number, { at }: Label, now: Instant): boolean =>
  Math.floor((parseInstant(at) ?? 0) / period) === Math.floor(now / period);

/** Each region scrubs its own vault, and asks no other. */
const scrubHere =
  ({ vault, region }: LabelPorts) =>
  async (cluster: string, where: string): Promise<ScrubFinding | undefined> => {
    if (where !== region) return undefined;
    const { writtenAt, open } = await readStanding(vault);
    const at = parseInstant(writtenAt) ?? 0;
    return at === 0
      ? undefined
      : { at: instant(at), open: open.filter((rot) => rot.cluster === cluster).length };
  };

/**
 * Once when it comes up, when there is more of it, and then once a day. All of one name in one message: that two regions
 * miss a copy is one thing to look at.
 */
async function tellRisks(
  label: Label,
  last: Label | undefined,
  ports: LabelPorts,
  now: Instant,
): Promise<void> {
  for (const name of ALARMING) {
    const open = messagesOf(label, name);
    if (open.length === 0) continue;
    const note = `${name}/${label.cluster}`;
    const isMore = open.length > messagesOf(last, name).length;
    if (!isMore && (await wasAnnounced(ports.vault, note, undefined, now))) continue;
    const message = open.join('; ');
    await ports.announcer.announce({
      name: 'ObjectiveBreached',
      cluster: label.cluster,
      region: ports.region,
      reason: { name, message },
      sentence: `${label.cluster}: ${message}; "holdfast label ${label.cluster}" shows all of it`,
      facts: { objective: name },
    });
    await noteAnnounced(ports.vault, note, now);
  }
}

const messagesOf = (label: Label | undefined, name: Alarming): readonly string[] =>
  label?.risks.flatMap((risk) => (risk.name === name ? [risk.message] : [])) ?? [];

/**
 * Once a day: a metric of one's own is paid for by the hour in which it is sent, and these hardly move within a day. The
 * alarms read the counts of all clusters, which come with each run.
 */
function measure({ cluster, rto, drill, threeTwoOne }: Label, { telemetry, region }: LabelPorts): void {
  const of = { cluster, region };
  telemetry.metric('RtoForecast', 'Seconds', rto.forecastSeconds, of);
  if (rto.achievedSeconds !== null) telemetry.metric('RtoAchieved', 'Seconds', rto.achievedSeconds, of);
  if (drill.daysSincePassed !== null)
    telemetry.metric('DaysSincePassedDrill', 'Count', drill.daysSincePassed, of);
  const { copies, media, offSite, immutable, verified } = threeTwoOne;
  telemetry.metric('CopiesCounted', 'Count', copies.value, of);
  telemetry.metric('MediaCounted', 'Count', media.value, of);
  telemetry.metric('CopiesOffSite', 'Count', offSite.value, of);
  telemetry.metric('CopiesImmutable', 'Count', immutable.holds ? 1 : 0, of);
  telemetry.metric('CopiesVerified', 'Count', verified.holds ? 1 : 0, of);
}
