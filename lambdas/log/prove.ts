import { CHAIN_LIFE, type ChainChange, type LogChain, logPrefix, type Mark } from '../../core/log/chain.ts';
import { coversAnything } from '../../core/log/compare.ts';
import type { LogLayout } from '../../core/log/layout.ts';
import { type Instant, iso } from '../../core/time/instant.ts';
import { breakChain } from './break-chain.ts';
import { bringAll } from './bring.ts';
import { bringCheckpoint, checkpointsOf } from './checkpoints.ts';
import { type FollowPorts, LIMITS } from './follow-ports.ts';
import { chainHere } from './followed.ts';
import { absent, type Folder } from './listing.ts';

/**
 * `reached`: this region covers all that the source's checkpoints vouch for. `there`: it did so already. `more`: some of
 * it was copied, the next proof goes on. `ended`: the chain is broken here.
 */
export type Proof = 'reached' | 'there' | 'more' | 'ended';

interface Chain {
  readonly cluster: string;
  readonly chain: string;
  readonly layout: LogLayout;
}

/**
 * Makes sure that everything is here that the source's checkpoints vouch for, and only then copies them and claims it.
 * The order is the point, at every moment of it: the checkpoints are read before the listings begin, the files of names
 * are listed before the data that they name, and copied after it. So whoever reads this vault finds a log without a
 * hole. Events play no part: lost, doubled or late, they decide when this runs and not what it finds.
 */
export async function prove(
  { cluster, chain, layout }: Chain,
  ports: FollowPorts,
  now: Instant,
): Promise<Proof> {
  const own = await chainHere({ cluster, chain }, ports, now);
  if (own.state === 'broken') return 'ended';
  const folder = { prefix: logPrefix(cluster, chain), layout };
  const checkpoints = await checkpointsOf(folder, ports);
  const reached = layout.reached(checkpoints.map(({ mark }) => mark));
  if (!reached) return 'there';
  const claimed = { at: own.checkpoint, mark: own.checkpointMark };
  const further = layout.compare(reached, claimed) > 0;
  if (further) {
    const outcome = await bringWhatIsMissing(own, folder, ports, now);
    if (outcome !== 'all') return outcome;
  }
  const original = await ports.catalog.chain({ cluster, chain, region: ports.home });
  const from = beginning(own, original);
  // The source was truncated beyond what its checkpoints said a moment ago.
  if (from && from.at > reached.at) return 'more';
  for (const checkpoint of checkpoints) await bringCheckpoint(checkpoint, folder, ports);
  if (from && coversAnything(own)) await tellOfGap(own, from, ports);
  const change = { checkpoint: reached, from, ...stateOf(own, original, reached) };
  await ports.catalog.advanceChain(own, change, now);
  return further ? 'reached' : 'there';
}

async function bringWhatIsMissing(
  own: LogChain,
  folder: Folder,
  ports: FollowPorts,
  now: Instant,
): Promise<'all' | 'more' | 'ended'> {
  const { copiesMax } = ports.limits ?? LIMITS;
  // What is covered was proven once: what may be missing was written since.
  const since = coversAnything(own) ? own.checkpoint : undefined;
  const missing = (kind: 'data' | 'names') =>
    absent(kind, folder.layout.written(kind, since), folder, own.from, ports, copiesMax);
  const names = await missing('names');
  const data = await missing('data');
  const lost = [...data.gone, ...names.gone].filter((key) => isLoss(key, own, folder));
  const brought = await bringAll(data.wanted, ports);
  lost.push(...(brought.get('gone') ?? []));
  if (data.more && lost.length === 0) return 'more';
  // What is named and is not there is worse than what nobody names.
  const named = await bringAll(lost.length > 0 ? [] : names.wanted, ports);
  lost.push(...(named.get('gone') ?? []));
  if (lost.length > 0) {
    await breakChain(own, lost, folder, ports, now);
    return 'ended';
  }
  return names.more ? 'more' : 'all';
}

/** What a truncation took before this chain begins is no loss. */
export function isLoss(key: string, { from }: LogChain, { prefix, layout }: Folder): boolean {
  const begins = layout.beginsAt(key.slice(prefix.length));
  return begins !== undefined && begins >= from;
}

/**
 * Where the chain begins here from now on, when that changes. A chain that covers nothing yet begins where the original
 * does now. One that was overtaken by the original's truncation covers what is left, and no longer what lay before.
 */
function beginning(own: LogChain, original: LogChain | undefined): Mark | undefined {
  if (!original || original.from <= own.from) return undefined;
  if (coversAnything(own) && original.from <= own.checkpoint) return undefined;
  return { at: original.from, mark: original.fromMark };
}

const tellOfGap = (own: LogChain, from: Mark, { announcer, region, home }: FollowPorts): Promise<void> => {
  const message = `the log chain ${own.chain} of ${own.cluster} was truncated in ${home} up to ${iso(from.at)} before ${region} had more than up to ${iso(own.checkpoint)}: in ${region} it begins at ${iso(from.at)} from now on`;
  return announcer.announce({
    name: 'DifferenceFound',
    cluster: own.cluster,
    region,
    reason: { name: 'LogChainBroken', message },
    sentence: `${message}; instants before that restore there from recovery points alone`,
    facts: { chain: own.chain },
  });
};

/** Always said, so that a chain that has been broken meanwhile refuses the whole change. */
function stateOf(
  own: LogChain,
  original: LogChain | undefined,
  reached: Mark,
): Pick<ChainChange, 'state' | 'reason'> {
  // The log ends where it broke, and what was written before that is still on its way.
  const onItsWay = original?.state === 'broken' && reached.at < original.checkpoint;
  if (!original || onItsWay || !CHAIN_LIFE[own.state].includes(original.state))
    return { state: own.state, reason: own.reason };
  return { state: original.state, reason: original.reason };
}
