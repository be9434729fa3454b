import { type Instant, iso, parseInstant } from '../../../core/time/instant.ts';
import type { Vault } from '../../shared/ports.ts';

/**
 * Where the comparison of a chain stands, as a note in the own vault. Lost, the comparison begins anew, and reads more
 * checksums than it had to.
 */
export interface HealStanding {
  readonly begunAt: Instant;
  /** The stretch to go on with, and the key behind which; absent when the comparison came to its end. */
  readonly at?: { readonly stretch: number; readonly after?: string };
  /** When the last whole comparison before this one began: what was stored before then was compared by it. */
  readonly comparedBefore?: Instant;
}

interface Note {
  readonly begunAt?: string;
  readonly at?: HealStanding['at'];
  readonly comparedBefore?: string;
}

const noteKey = (cluster: string, chain: string): string => `work/log/heal/${cluster}/${chain}.json`;

export async function readStanding(
  { store, bucket }: Vault,
  cluster: string,
  chain: string,
): Promise<HealStanding | undefined> {
  const bytes = await store.get(bucket, noteKey(cluster, chain));
  const note = bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as Note);
  const begunAt = parseInstant(note?.begunAt ?? '');
  const comparedBefore = parseInstant(note?.comparedBefore ?? '');
  if (begunAt === undefined) return undefined;
  return {
    begunAt,
    ...(note?.at && { at: note.at }),
    ...(comparedBefore !== undefined && { comparedBefore }),
  };
}

export const writeStanding = (
  { store, bucket }: Vault,
  cluster: string,
  chain: string,
  { begunAt, at, comparedBefore }: HealStanding,
): Promise<void> => {
  const note: Note = {
    begunAt: iso(begunAt),
    ...(at && { at }),
    ...(comparedBefore !== undefined && { comparedBefore: iso(comparedBefore) }),
  };
  return store.put(bucket, noteKey(cluster, chain), Buffer.from(JSON.stringify(note)));
};
