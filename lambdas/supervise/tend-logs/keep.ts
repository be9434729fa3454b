import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import { isWhole } from '../../../core/catalog/rules-lineage.ts';
import type { LogStep } from '../../../core/engines/log-driver.ts';
import type { Reason } from '../../../core/errors/registry.ts';
import { type LogChain, newChain } from '../../../core/log/chain.ts';
import { type LogAct, superviseLog, type ToolReport } from '../../../core/log/supervise.ts';
import { type Instant, instant, iso } from '../../../core/time/instant.ts';
import type { Errand } from '../../../workflows/contracts/supervise.ts';
import { planFor } from '../../shared/lookups.ts';
import { beginFull } from '../begin-full.ts';
import type { SupervisePorts, Tended } from '../ports.ts';
import { tellBroken, tellTroubles, troubleOf } from '../tell.ts';
import type { Round } from './tend.ts';

type Next = Pick<Errand, 'does' | 'chain'> & Partial<Pick<Errand, 'thenStart'>>;
type Ended = Exclude<LogStep, { outcome: 'running' }>;

/** What follows from the end of a step. Undefined when the log is to be left alone until the next look. */
export async function keepOn(
  errand: Errand,
  step: Ended | undefined,
  tended: Tended,
  round: Round,
  ports: SupervisePorts,
): Promise<Next | undefined> {
  if (!step) return undefined;
  const { does, chain, thenStart } = errand;
  if (does === 'status') return decide(reportOf(step), tended, round, ports);
  if (step.outcome === 'failed') return told(errand, step.reason, round, ports);
  if (step.outcome === 'gone') return gone(errand, step.reason, tended, round, ports);
  if (does === 'stop' && thenStart !== '') return { does: 'start', chain: thenStart };
  if (does === 'start') await tellBegun(errand, ports);
  // Nothing is believed before the tool has said it: as nobody noted that it was asked, the next look asks it again.
  ports.telemetry.info(`br log ${does} of ${errand.cluster} is done`, { chain });
  return undefined;
}

const reportOf = (step: Ended): ToolReport =>
  step.outcome === 'done'
    ? (step.report ?? {
        status: 'unknown',
        reason: { name: 'LogFailed', message: 'the tool gave no report' },
      })
    : { status: 'unknown', reason: step.reason };

async function told(
  errand: Errand,
  reason: Reason,
  { now }: Round,
  ports: SupervisePorts,
): Promise<undefined> {
  await tellTroubles(errand.cluster, [troubleOf(reason)], { askedAt: now, over: 'nothing' }, ports, now);
  return undefined;
}

/** The engine refuses because what comes next is collected: that is the end of this chain, and another one begins. */
async function gone(
  { cluster, does, chain }: Errand,
  reason: Reason,
  tended: Tended,
  round: Round,
  ports: SupervisePorts,
): Promise<Next | undefined> {
  if (does === 'resume') {
    const task = {
      status: 'error',
      name: '',
      storage: '',
      chain,
      message: reason.message,
      gone: true,
    } as const;
    return decide({ status: 'task', task }, tended, round, ports);
  }
  // It never ran, so nothing is lost with it: the next look begins one that starts later. Said before it is written, and
  // however often this happens: no chain ends without its word.
  const { catalog, region } = ports;
  await tellBroken(cluster, chain, reason, ports);
  await catalog.advanceChain({ cluster, region, chain }, { state: 'broken', reason }, round.now);
  await tellTroubles(cluster, [troubleOf(reason)], { askedAt: undefined, over: 'nothing' }, ports, round.now);
  return undefined;
}

/** Asks core what the tool's report means, writes that down, and says what has to be done at the engine. */
async function decide(
  report: ToolReport,
  tended: Tended,
  round: Round,
  ports: SupervisePorts,
): Promise<Next | undefined> {
  const { catalog, region } = ports;
  const { installation, startedAt, now } = round;
  const { cluster } = tended;
  const plan = planFor(installation, cluster);
  const chain = (await catalog.chains(cluster.name, region)).at(-1);
  const newestFull = await newestFullOf(cluster.name, catalog);
  const wanted = plan.logBackup;
  const supervision = superviseLog({ cluster: cluster.name, wanted, chain, report, newestFull, now });
  const { do: act, change, needsFull, warnings } = supervision;
  // Said before it is written: whoever repeats this finds the chain ended, and would find nothing to say.
  if (chain && change?.state === 'broken' && change.reason)
    await tellBroken(cluster.name, chain.chain, change.reason, ports);
  if (chain && change) await catalog.advanceChain(chain, change, now);
  if (act.act === 'start' || act.act === 'restart') await opened(act.chain, tended, round, ports);
  if (needsFull) await beginFull(cluster, plan, startedAt, ports, now);
  const next = nextOf(act);
  const refused = act.act === 'refuse' ? [troubleOf(act.reason)] : [];
  const telling = next
    ? ({ askedAt: undefined, over: 'found' } as const)
    : ({ askedAt: now, over: 'everything' } as const);
  await tellTroubles(cluster.name, [...warnings, ...refused], telling, ports, now);
  return next;
}

function nextOf(act: LogAct): Next | undefined {
  switch (act.act) {
    case 'start':
    case 'restart':
      return act.stopFirst
        ? { does: 'stop', chain: act.chain, thenStart: act.chain }
        : { does: 'start', chain: act.chain };
    case 'resume':
    case 'stop':
      return { does: act.act, chain: act.chain };
    default:
      return undefined;
  }
}

/** Before anything starts: a task that runs without a record would be nobody's. */
async function opened(
  chain: string,
  { cluster, driver }: Tended,
  { now }: Round,
  { catalog, region }: SupervisePorts,
): Promise<LogChain> {
  const record = newChain({ cluster: cluster.name, region, chain }, driver.markAt(now), now);
  return (await catalog.openChain(record)).chain;
}

/** When the newest full was opened that is sealed or may still be. */
async function newestFullOf(
  cluster: string,
  catalog: SupervisePorts['catalog'],
): Promise<Instant | undefined> {
  const fulls = (await catalog.points(cluster)).filter(
    (point) => isWhole(point) && (point.state === 'sealed' || IN_FLIGHT.has(point.state)),
  );
  return fulls.length === 0 ? undefined : instant(Math.max(...fulls.map(({ openedAt }) => openedAt)));
}

async function tellBegun(
  { cluster, chain }: Errand,
  { catalog, announcer, region }: SupervisePorts,
): Promise<void> {
  const record = await catalog.chain({ cluster, region, chain });
  await announcer.announce({
    name: 'LogChainBegun',
    cluster,
    region,
    sentence: `the log ${chain} of ${cluster} has begun${record ? ` at ${iso(record.from)}` : ''}; instants restore from it from its first full on`,
    facts: { chain },
  });
}
