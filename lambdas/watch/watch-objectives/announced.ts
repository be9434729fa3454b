import { days, earlier, type Instant, instant, iso, parseInstant } from '../../../core/time/instant.ts';
import type { Vault } from '../../shared/ports.ts';

/**
 * When a breach was announced last, as a note in the vault of the region that watches. Read and written only while an
 * objective is breached. It is no catalog record, because it protects nothing: lost, a breach is announced once more.
 */
const noteKey = (cluster: string): string => `work/objectives/${cluster}.json`;

/** A breach that lasts is said again, because whoever was told yesterday may be on holiday today. */
export const REMIND_EVERY = days(1);

/** True when this breach has been announced, within a day, and not before the objective was last met. */
export async function wasAnnounced(
  { store, bucket }: Vault,
  cluster: string,
  recoveredAt: Instant | undefined,
  now: Instant,
): Promise<boolean> {
  const bytes = await store.get(bucket, noteKey(cluster));
  const note = bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as { announcedAt?: string });
  const at = parseInstant(note?.announcedAt ?? '');
  if (at === undefined || at <= earlier(now, REMIND_EVERY)) return false;
  return recoveredAt === undefined || at > recoveredAt;
}

const waitingKey = (cluster: string): string => `work/objectives/waiting/${cluster}.json`;

/**
 * Since when a cluster of which nothing was ever proven here has been waiting: a deployment that changes something else
 * begins no new wait. Written anew each time it is asked for, because notes are kept for a week.
 */
export async function waitingSinceFirst(
  { store, bucket }: Vault,
  cluster: string,
  since: Instant,
): Promise<Instant> {
  const bytes = await store.get(bucket, waitingKey(cluster));
  const note = bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as { since?: string });
  const first = instant(Math.min(since, parseInstant(note?.since ?? '') ?? since));
  await store.put(bucket, waitingKey(cluster), Buffer.from(JSON.stringify({ since: iso(first) })));
  return first;
}

/** Written after the announcement: a crash in between says it twice, the other order might never say it. */
export const noteAnnounced = ({ store, bucket }: Vault, cluster: string, now: Instant): Promise<void> =>
  store.put(bucket, noteKey(cluster), Buffer.from(JSON.stringify({ announcedAt: iso(now) })));
