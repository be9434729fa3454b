import { type LogChain, logPrefix } from '../../../core/log/chain.ts';
import { hours, type Instant } from '../../../core/time/instant.ts';
import type { healLog } from '../../../workflows/contracts/log.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { throwWorst } from '../../shared/throw-worst.ts';
import { breakChain } from '../break-chain.ts';
import { fencedChain } from '../fenced-chain.ts';
import { type FollowPorts, LIMITS } from '../follow-ports.ts';
import { chainHere, type Followed, followedHere } from '../followed.ts';
import { prove } from '../prove.ts';
import { lap } from './lap.ts';
import { readStanding, writeStanding } from './standing.ts';

type Healed = Output<typeof healLog>;

export type HealPorts = FollowPorts & Pick<TaskPorts, 'drills'>;

/** Laps come by the hour; a chain that was compared whole is compared again a day after that began. */
const EVERY = hours(23);

/**
 * One lap for every chain of this region: it goes on where the last one ended, or begins anew when that is a day ago.
 * Then the chain is proven once more, for checkpoints whose events were lost.
 */
export async function heal(_: Input<typeof healLog>, ports: HealPorts, now: Instant): Promise<Healed> {
  const { installation } = await ports.configuration.read();
  const chains: [Followed, string][] = [];
  for (const followed of followedHere(installation, ports))
    for (const chain of await chainsOf(followed.cluster, ports)) chains.push([followed, chain]);
  const total = { done: 0, unfinished: 0, compared: 0, mended: 0, lost: 0 };
  const { comparedMax } = ports.limits ?? LIMITS;
  const outcomes: (readonly [string, PromiseSettledResult<unknown>])[] = [];
  for (const [followed, chain] of chains) {
    const work = healOne(followed, chain, comparedMax - total.compared, total, ports, now);
    const [outcome] = await Promise.allSettled([work]);
    outcomes.push([`${followed.cluster}/${chain}`, outcome]);
  }
  throwWorst(`in ${ports.region}, logs were not compared`, outcomes);
  return total;
}

/** Those that the source has, by its own region's records, and those that this region knows. */
async function chainsOf(cluster: string, { catalog, region, home }: FollowPorts): Promise<readonly string[]> {
  const [there, here] = await Promise.all([catalog.chains(cluster, home), catalog.chains(cluster, region)]);
  return [...new Set([...there, ...here].map(({ chain }) => chain))].sort();
}

async function healOne(
  { cluster, layout }: Followed,
  chain: string,
  budget: number,
  total: { -readonly [Name in keyof Healed]: Healed[Name] },
  ports: HealPorts,
  now: Instant,
): Promise<void> {
  const fenced = await fencedChain({ cluster, chain }, ports);
  if (fenced) {
    ports.telemetry.info(`the log ${chain} is not compared: ${fenced.message}`, { reason: fenced.name });
    return;
  }
  const own = await chainHere({ cluster, chain }, ports, now);
  if (own.state === 'broken') return;
  const before = await readStanding(ports.vault, cluster, chain);
  const due =
    !before ||
    before.at !== undefined ||
    now - before.begunAt >= EVERY ||
    (await failedADrillSince(before.begunAt, own, ports));
  if (due && budget > 0) {
    const standing =
      before?.at !== undefined ? before : { begunAt: now, ...(before && { comparedBefore: before.begunAt }) };
    const folder = { prefix: logPrefix(cluster, chain), layout };
    const { next, ...did } = await lap(own, folder, standing, budget, ports);
    total.compared += did.compared;
    total.mended += did.mended;
    total.lost += did.lost.length;
    if (did.mended > 0) await tellMended(own, did.mended, ports);
    if (did.lost.length > 0) return breakChain(own, did.lost, folder, ports, now);
    const { at: _at, ...rest } = standing;
    await writeStanding(ports.vault, cluster, chain, { ...rest, ...(next && { at: next }) });
    total[next ? 'unfinished' : 'done']++;
  }
  await prove({ cluster, chain, layout }, ports, now);
}

/** A drill that could not restore by this log may have met a file that is gone or altered. */
async function failedADrillSince(
  since: Instant,
  { cluster, chain, region }: LogChain,
  { drills }: HealPorts,
): Promise<boolean> {
  const all = await drills.drills(cluster);
  return all.some(
    (drill) =>
      drill.chain === chain &&
      drill.region === region &&
      drill.state === 'failed' &&
      (drill.endedAt ?? since) > since,
  );
}

const tellMended = (own: LogChain, files: number, { announcer, region, home }: FollowPorts): Promise<void> =>
  announcer.announce({
    name: 'DifferenceMended',
    cluster: own.cluster,
    region,
    sentence: `${files} files of the log chain ${own.chain} of ${own.cluster} were missing or different in ${region} and were copied from ${home} again`,
    facts: { chain: own.chain, files },
  });
