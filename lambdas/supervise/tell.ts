import type { Reason } from '../../core/errors/registry.ts';
import type { LogWarning } from '../../core/log/warnings.ts';
import type { Instant } from '../../core/time/instant.ts';
import { isNews, readKept, writeKept } from './notes.ts';
import type { SupervisePorts } from './ports.ts';

/** Something that a person should know of a log: a hazard, or why nothing can be done about it. */
export type Trouble = Reason & Pick<LogWarning, 'level'>;

export const troubleOf = (reason: Reason): Trouble => ({ ...reason, level: 'critical' });

/**
 * Says what is news of this, and forgets what was said of troubles that are over, so that they are news when they come
 * back. Said before it is noted: a crash in between says it twice, the other order might never say it.
 *
 * @param askedAt when the tool has to be taken as asked; undefined to have it asked by the next look
 */
export async function tellTroubles(
  cluster: string,
  troubles: readonly Trouble[],
  askedAt: Instant | undefined,
  ports: Pick<SupervisePorts, 'region' | 'vault' | 'announcer'>,
  now: Instant,
): Promise<void> {
  const note = await readKept(ports.vault, cluster);
  const told: (readonly [string, { readonly level: Trouble['level']; readonly at: number }])[] = [];
  for (const { name, message, level } of troubles) {
    const news = isNews(note, { name: name as LogWarning['name'], level }, now);
    if (news)
      await ports.announcer.announce({
        name: 'LogAtRisk',
        cluster,
        region: ports.region,
        reason: { name, message },
        sentence: `${message}; docs/runbooks/log-stuck.md says what this means`,
        facts: { level },
      });
    told.push([name, news ? { level, at: now } : note.told[name]!] as const);
  }
  await writeKept(ports.vault, cluster, { askedAt, told: Object.fromEntries(told) });
}

/** The end of a chain: what lies behind it restores only from the next one's first full on. */
export const tellBroken = (
  cluster: string,
  chain: string,
  reason: Reason,
  { announcer, region }: Pick<SupervisePorts, 'announcer' | 'region'>,
): Promise<void> =>
  announcer.announce({
    name: 'LogChainBroken',
    cluster,
    region,
    reason,
    sentence: reason.message,
    facts: { chain },
  });
