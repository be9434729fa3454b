import type { LogWarning } from '../../core/log/warnings.ts';
import { days, earlier, type Instant, instant } from '../../core/time/instant.ts';
import type { Vault } from '../shared/ports.ts';

/**
 * What supervision remembers of a cluster, in the vault of its region. No catalog record, because nothing depends on it:
 * lost, a tool is asked once more and a warning is said once more. The vault keeps notes for a week.
 */
interface Kept {
  /** When the tool was asked last, and nothing had to be done that has to be looked at again. Epoch milliseconds. */
  readonly askedAt?: number | undefined;
  /** What was said, by the warning's name. */
  readonly told: Readonly<Record<string, { readonly level: LogWarning['level']; readonly at: number }>>;
}

interface Truncated {
  /** When the last round of truncations ended. */
  readonly at?: number | undefined;
  /** The mark that each chain was truncated to, by whoever came to the end of it. */
  readonly done: Readonly<Record<string, string>>;
  /** The mark that a truncation came to its end with which is carried out once more, and when. */
  readonly again?: Readonly<Record<string, { readonly mark: string; readonly at: number }>>;
  /** It was said that nothing truncates here. */
  readonly saidUntruncated?: boolean;
}

const keptKey = (cluster: string): string => `work/logs/${cluster}.json`;
const truncatedKey = (cluster: string): string => `work/logs/truncated/${cluster}.json`;

async function read<Note>({ store, bucket }: Vault, key: string, none: Note): Promise<Note> {
  const bytes = await store.get(bucket, key);
  return bytes ? { ...none, ...(JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<Note>) } : none;
}
const write = ({ store, bucket }: Vault, key: string, note: Kept | Truncated): Promise<void> =>
  store.put(bucket, key, Buffer.from(JSON.stringify(note)));

export const readKept = (vault: Vault, cluster: string): Promise<Kept> =>
  read<Kept>(vault, keptKey(cluster), { told: {} });
export const writeKept = (vault: Vault, cluster: string, note: Kept): Promise<void> =>
  write(vault, keptKey(cluster), note);
export const readTruncated = (vault: Vault, cluster: string): Promise<Truncated> =>
  read<Truncated>(vault, truncatedKey(cluster), { done: {} });
export const writeTruncated = (vault: Vault, cluster: string, note: Truncated): Promise<void> =>
  write(vault, truncatedKey(cluster), note);

/** A warning that lasts is said again, because whoever was told yesterday may be on holiday today. */
const REMIND_EVERY = days(1);

/** Whether this is new, worse than what was said, or was said a day ago. */
export function isNews(
  { told }: Kept,
  { name, level }: { readonly name: string; readonly level: LogWarning['level'] },
  now: Instant,
): boolean {
  const before = told[name];
  if (!before || (level === 'critical' && before.level === 'warn')) return true;
  return instant(before.at) <= earlier(now, REMIND_EVERY);
}
