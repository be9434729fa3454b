import { reasonOf } from '../../../core/errors/registry.ts';
import { GROWING, type LogChain } from '../../../core/log/chain.ts';
import { HAZARDS } from '../../../core/log/hazards.ts';
import { planOf } from '../../../core/plan/installation.ts';
import {
  between,
  earlier,
  hours,
  type Instant,
  inSeconds,
  instant,
  minutes,
} from '../../../core/time/instant.ts';
import type { Errand, lookAtLogs } from '../../../workflows/contracts/supervise.ts';
import { recordReach } from '../../shared/chain-reach.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { activeHere, type Sides, type SidesPorts, sidesOf } from '../../shared/sides.ts';
import { throwWorst } from '../../shared/throw-worst.ts';
import { readKept, readTruncated, writeTruncated } from '../notes.ts';
import type { SupervisePorts, Tended } from '../ports.ts';

type LookPorts = Omit<SupervisePorts, 'machines'> & SidesPorts;

/** A tool is a container: it is asked this often while all is well, … */
const ASK_EVERY = hours(1);
/** … and this often while something looks wrong. */
const ASK_AGAIN = minutes(10);
/** Of truncations there is one round a day, and its time may move a little. */
const TRUNCATE_EVERY = hours(20);
/** Clusters that are looked at side by side, each with half a dozen calls. */
const AT_ONCE = 20;
/**
 * Clusters that are tended in one execution: their errands are its state, of which Step Functions takes 256 KiB, and its
 * children are containers, of which an account may start some 20 a second. The next execution finds the others.
 */
export const ERRANDS_MAX = 100;

/**
 * Looks at the log of every cluster in this region. What it learns from the vault it writes down; what only the engine's
 * tool knows becomes an errand. One cluster that cannot be looked at keeps no other from being looked at.
 */
export async function look(
  _: Input<typeof lookAtLogs>,
  ports: LookPorts,
  now: Instant,
): Promise<Output<typeof lookAtLogs>> {
  const { installation } = await ports.configuration.read();
  const home = ports.region === installation.regions.primary;
  const sides = await sidesOf(installation, ports);
  // Each region truncates its own vault, and while the active side is elsewhere nothing of a cluster goes from any.
  const clusters = home
    ? activeHere(installation.clusters, sides, installation, ports)
    : installation.clusters.filter(({ name }) => !sides.keepsAll(name));
  const looked = clusters.flatMap((cluster) => {
    const driver = ports.logs(cluster.engine);
    return driver ? [{ cluster, driver, wanted: planOf(installation, cluster)?.logBackup === true }] : [];
  });
  const outcomes: PromiseSettledResult<Found>[] = [];
  for (let at = 0; at < looked.length; at += AT_ONCE)
    outcomes.push(
      ...(await Promise.allSettled(
        looked
          .slice(at, at + AT_ONCE)
          .map((each) => (home ? lookAtHome(each, sides, ports, now) : truncation(each, ports, now))),
      )),
    );
  const found = outcomes.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  if (home) {
    // One that cannot be looked at is taken for one that lags.
    const lagging = outcomes.length - found.filter(({ lags }) => !lags).length;
    ports.telemetry.metric('LaggingLogs', 'Count', lagging, { region: ports.region });
  }
  const errands = found
    .toSorted((a, b) => Number(b.lags) - Number(a.lags) || a.askedAt - b.askedAt)
    .flatMap((each) => each.errands)
    .slice(0, ERRANDS_MAX);
  // What was found is tended first: the next execution comes to the others, or says why not.
  if (errands.length === 0)
    throwWorst(
      `in ${ports.region}, logs were not looked at`,
      looked.map(({ cluster }, n) => [cluster.name, outcomes[n]!] as const),
    );
  return { outcome: errands.length > 0 ? 'tend' : 'done', lap: 0, errands };
}

type NewErrand = Pick<Errand, 'cluster' | 'does'>;
interface Found {
  readonly errands: readonly NewErrand[];
  /** Whether the log covers less than it should. */
  readonly lags: boolean;
  /** When its tool was asked last; 0 for never. */
  readonly askedAt: number;
}
type Looked = Tended & { readonly wanted: boolean };

/** What ran while another side was active is not this log any more: it ends, and the next step begins one anew. */
async function growingNow(
  newest: LogChain | undefined,
  sides: Sides,
  { catalog, telemetry }: LookPorts,
  now: Instant,
): Promise<LogChain | undefined> {
  if (!newest || !GROWING.has(newest.state)) return undefined;
  const late = sides.late(newest.cluster, newest.epoch);
  if (!late) return newest;
  telemetry.info(`the log ${newest.chain} ends: ${late.message}`, {
    cluster: newest.cluster,
    reason: late.name,
  });
  await catalog.advanceChain(newest, { state: 'stopped', reason: reasonOf(late) }, now);
  return undefined;
}

async function lookAtHome(looked: Looked, sides: Sides, ports: LookPorts, now: Instant): Promise<Found> {
  const { cluster, driver, wanted } = looked;
  const { errands } = await truncation(looked, ports, now);
  const newest = (await ports.catalog.chains(cluster.name, ports.region)).at(-1);
  const growing = await growingNow(newest, sides, ports, now);
  const { askedAt = 0, told } = await readKept(ports.vault, cluster.name);
  const settled = askedAt > 0 && Object.keys(told).length === 0;
  // A chain that has ended because nobody wants it is looked after until its tool has said that it stopped.
  if (!wanted && !growing && (!newest || settled)) return { errands, lags: false, askedAt };
  const { checkpoint: checkpointIn } = driver;
  const seen = growing && (await recordReach(growing, cluster, { ...ports, checkpointIn }, now));
  const lag = seen && between(seen.checkpoint, now);
  if (lag !== undefined)
    ports.telemetry.metric('LogLag', 'Seconds', inSeconds(lag), {
      cluster: cluster.name,
      region: ports.region,
    });
  const lags = wanted && (lag === undefined || lag > HAZARDS.lagWarn);
  const odd = !wanted || lags || seen?.state === 'paused';
  const due = instant(askedAt) <= earlier(now, odd ? ASK_AGAIN : ASK_EVERY);
  const asking = due ? [{ cluster: cluster.name, does: 'status' as const }] : [];
  return { errands: [...asking, ...errands], lags, askedAt };
}

/** Every region truncates its own vault, by what is kept there. */
async function truncation({ cluster, driver }: Looked, ports: LookPorts, now: Instant): Promise<Found> {
  const { name } = cluster;
  const none: Found = { errands: [], lags: false, askedAt: 0 };
  const note = await readTruncated(ports.vault, name);
  if (note.at !== undefined && instant(note.at) > earlier(now, TRUNCATE_EVERY)) return none;
  if ((await ports.catalog.chains(name, ports.region)).length === 0) return none;
  if (driver.worksIn(cluster, ports.region))
    return { ...none, errands: [{ cluster: name, does: 'truncate' }] };
  // Said once: the note that it was is written anew each day, because the vault keeps notes for a week.
  if (!note.saidUntruncated)
    await ports.announcer.announce({
      name: 'LogAtRisk',
      cluster: name,
      region: ports.region,
      reason: { name: 'LogNotTruncated', message: `nothing truncates the log of ${name} in ${ports.region}` },
      sentence: `nothing truncates the log of ${name} in ${ports.region}: its tool has no network there, because the configuration names no restoreInto.${ports.region}.reach; nothing is lost by this, and what is stored there grows until it is named`,
      facts: { level: 'warn' },
    });
  await writeTruncated(ports.vault, name, { ...note, at: now, saidUntruncated: true });
  return none;
}
