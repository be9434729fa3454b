import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import { isWhole } from '../../../core/catalog/rules-lineage.ts';
import { CAPABILITIES } from '../../../core/engines/capabilities.ts';
import type { LogChain } from '../../../core/log/chain.ts';
import type { Cluster, Plan } from '../../../core/plan/installation.ts';
import { earlier, type Instant, iso, milliseconds } from '../../../core/time/instant.ts';
import { type ChainPorts, chainsAsOfNow } from '../../shared/chain-reach.ts';
import type { TaskPorts } from '../../shared/ports.ts';

/** What a cluster's log in this region adds to the newest point that is proven here. */
export type LogHere =
  | {
      readonly chain: LogChain;
      /** The instant that the log restores, where it is newer than that point. */
      readonly latest?: Instant;
    }
  /** The plan asks for a log, and none has begun here. */
  | { readonly chain?: never; readonly latest?: never };

export type LogPorts = ChainPorts & Pick<TaskPorts, 'home'>;

/**
 * Undefined where neither the plan asks for a log nor one lies here. A window that reaches beyond the newest point holds
 * the newest full, or it holds none: so that full and the chains decide, however many points there are.
 */
export async function logHere(
  cluster: Cluster,
  plan: Plan,
  newest: CopyRecord | undefined,
  ports: LogPorts,
  now: Instant,
): Promise<LogHere | undefined> {
  if (!CAPABILITIES[cluster.engine].logBackup) return undefined;
  const chains = await chainsAsOfNow(cluster, ports.home, ports, now);
  const best = newest && (await reachingFurthest(chains, newest, ports));
  if (best) return { chain: best, latest: best.checkpoint };
  const last = chains.at(-1);
  return last ? { chain: last } : plan.logBackup ? {} : undefined;
}

async function reachingFurthest(
  chains: readonly LogChain[],
  newest: CopyRecord,
  ports: LogPorts,
): Promise<LogChain | undefined> {
  const { takenAt } = newest;
  if (takenAt === undefined) return undefined;
  const beyond = chains.filter(({ from, checkpoint }) => from <= takenAt && takenAt < checkpoint);
  const begins = Math.min(...beyond.map(({ from }) => from)) as Instant;
  const full = beyond.length > 0 ? await newestFull(newest, begins, ports) : undefined;
  return beyond
    .filter(({ from }) => full !== undefined && from <= full)
    .toSorted((a, b) => a.checkpoint - b.checkpoint)
    .at(-1);
}

/** The instant of the newest proven point that is whole, back to `from`: a log is replayed on no other. */
async function newestFull(
  newest: CopyRecord,
  from: Instant,
  { catalog, region }: LogPorts,
): Promise<Instant | undefined> {
  let copy: CopyRecord | undefined = newest;
  while (copy?.takenAt !== undefined && copy.takenAt >= from) {
    const point = await catalog.point(copy.id);
    if (point && isWhole(point)) return copy.takenAt;
    copy = await catalog.newestProven(copy.cluster, region, earlier(copy.takenAt, milliseconds(1)));
  }
  return undefined;
}

export function speakLog({ chain, latest }: LogHere): string {
  if (!chain) return 'no log of it has begun there';
  const why = chain.reason ? ` (${chain.reason.message})` : '';
  const state = `its log ${chain.chain} is ${chain.state}${why} and covers up to ${iso(chain.checkpoint)}`;
  return latest === undefined ? `${state}, which restores nothing newer than that` : state;
}
