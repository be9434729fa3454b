import type { Reason } from '../../core/errors/registry.ts';
import type { LogWarning } from '../../core/log/warnings.ts';
import type { Instant } from '../../core/time/instant.ts';
import { isNews, readKept, writeKept } from './notes.ts';
import type { SupervisePorts } from './ports.ts';

/** Something that a person should know of a log: a hazard, or why nothing can be done about it. */
export type Trouble = Reason & Pick<LogWarning, 'level'>;

export const troubleOf = (reason: Reason): Trouble => ({ ...reason, level: 'critical' });

/** What a look at the tool's report finds or does not find: the others are troubles with orders. */
const FOUND_BY_LOOKING: ReadonlySet<string> = new Set<LogWarning['name'] | 'LogTaskTaken'>([
  'LogPaused',
  'LogLagging',
  'LogStuck',
  'LogUnknown',
  'LogTaskTaken',
]);

/** What of all that was said is over, unless it is said again. */
export const OVER = {
  /** An order was in trouble, which says nothing about the others. */
  nothing: () => false,
  /** The tool was looked at, and has yet to do something. */
  found: (name: string) => FOUND_BY_LOOKING.has(name),
  /** The tool was looked at, and there is nothing to do. */
  everything: () => true,
} as const;

interface Telling {
  /** When the tool has to be taken as asked; undefined to have it asked by the next look. */
  readonly askedAt: Instant | undefined;
  readonly over: keyof typeof OVER;
}

/**
 * Says what is news of this. What is over is forgotten, so that it is news when it comes back. Said before it is noted: a
 * crash in between says it twice, the other order might never say it.
 */
export async function tellTroubles(
  cluster: string,
  troubles: readonly Trouble[],
  { askedAt, over }: Telling,
  ports: Pick<SupervisePorts, 'region' | 'vault' | 'announcer'>,
  now: Instant,
): Promise<void> {
  const note = await readKept(ports.vault, cluster);
  const told = new Map(Object.entries(note.told).filter(([name]) => !OVER[over](name)));
  for (const { name, message, level } of troubles) {
    const news = isNews(note, { name, level }, now);
    if (news)
      await ports.announcer.announce({
        name: 'LogAtRisk',
        cluster,
        region: ports.region,
        reason: { name, message },
        sentence: `${message}; docs/runbooks/log-stuck.md says what this means`,
        facts: { level },
      });
    told.set(name, news ? { level, at: now } : note.told[name]!);
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
