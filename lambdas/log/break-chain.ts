import type { LogChain } from '../../core/log/chain.ts';
import { earlier, type Instant, instant, iso, milliseconds } from '../../core/time/instant.ts';
import type { FollowPorts } from './follow-ports.ts';
import type { Folder } from './listing.ts';

/**
 * Ends a chain in this region before the first file that is gone for good: nothing beyond it can be restored by this log.
 * Said before it is written down: a crash in between says it twice, the other order might never say it.
 */
export async function breakChain(
  own: LogChain,
  lost: readonly string[],
  { prefix, layout }: Folder,
  { announcer, catalog, region }: Pick<FollowPorts, 'announcer' | 'catalog' | 'region'>,
  now: Instant,
): Promise<void> {
  const begins = lost.map((key) => layout.beginsAt(key.slice(prefix.length)) ?? own.from);
  const end = instant(Math.min(own.checkpoint, earlier(instant(Math.min(...begins)), milliseconds(1))));
  const message = `${lost.length} files of the log chain ${own.chain} of ${own.cluster} are gone for good, the first of them ${lost[0]}: in ${region} it covers up to ${iso(end)} and nothing later`;
  const reason = { name: 'LogChainBroken', message };
  await announcer.announce({
    name: 'LogChainBroken',
    cluster: own.cluster,
    region,
    reason,
    sentence: `${message}; stop the log task so that a new chain begins, and back up in full`,
    facts: { chain: own.chain, files: lost.length },
  });
  await catalog.advanceChain(own, { reason, lost: layout.markAt(end), state: brokenFrom(own) }, now);
}

/** One that was stopped stays so; it ends earlier. */
const brokenFrom = ({ state }: LogChain): LogChain['state'] => (state === 'stopped' ? state : 'broken');
