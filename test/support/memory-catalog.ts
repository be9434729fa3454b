import { copyMayFollow, mayFollow } from '../../core/catalog/life-cycle.ts';
import type {
  CopyRecord,
  CopyState,
  LegalHold,
  PointState,
  RecoveryPoint,
  RestoreRecord,
} from '../../core/catalog/recovery-point.ts';
import { ConcurrentUpdate, UnknownLogChain, UnknownRecoveryPoint } from '../../core/errors/registry.ts';
import { type RecoveryPointId, scheduledAtOf } from '../../core/ids/names.ts';
import { advanced, type ChainChange, type ChainName, type LogChain } from '../../core/log/chain.ts';
import type { Catalog, CopyChange, DueEntry, DueKind, Lease, PointChange } from '../../core/ports/catalog.ts';
import type { Instant } from '../../core/time/instant.ts';
import { MemoryStandbys } from './memory-standbys.ts';

/**
 * The catalog in memory, obeying the same diagram and the same conditions as the table. Reads of `due` are exact here;
 * the table's index may lag.
 */
export class MemoryCatalog extends MemoryStandbys implements Catalog {
  readonly #points = new Map<RecoveryPointId, RecoveryPoint>();
  readonly #reviews = new Map<RecoveryPointId, Instant>();
  readonly #copies = new Map<string, CopyRecord>();
  readonly #holds = new Map<string, LegalHold>();
  readonly #restores = new Map<string, RestoreRecord>();
  readonly #chains = new Map<string, LogChain>();
  readonly #leases = new Map<string, Lease>();

  async open(point: RecoveryPoint): Promise<{ point: RecoveryPoint; first: boolean }> {
    const found = this.#points.get(point.id);
    if (found) return { point: found, first: false };
    this.#points.set(point.id, point);
    if (point.state === 'sealed') this.#reviews.set(point.id, point.sealedAt ?? point.openedAt);
    return { point, first: true };
  }

  async point(id: RecoveryPointId): Promise<RecoveryPoint | undefined> {
    return this.#points.get(id);
  }

  async points(cluster: string, from?: Instant): Promise<readonly RecoveryPoint[]> {
    return [...this.#points.values()]
      .filter((p) => p.cluster === cluster && p.state !== 'discarded' && p.scheduledAt >= (from ?? 0))
      .sort(newestFirst);
  }

  async newestSealed(cluster: string): Promise<RecoveryPoint | undefined> {
    return (await this.points(cluster)).find(({ state }) => state === 'sealed');
  }

  async advance(id: RecoveryPointId, to: PointState, change: PointChange = {}): Promise<RecoveryPoint> {
    const found = this.#points.get(id);
    if (!found) throw new UnknownRecoveryPoint(`the catalog has no recovery point ${id}`);
    if (found.state === to) return found;
    if (!mayFollow(found.state, to))
      throw new ConcurrentUpdate(`${id} is ${found.state} and cannot become ${to}`);
    const { reason: _why, discardAfter: _until, ...kept } = found;
    const advanced = { ...(to === 'sealed' ? kept : found), ...change, state: to };
    this.#points.set(id, advanced);
    // Sealed and undeleted points are due at once: the review that follows says when next.
    if (to === 'sealed') this.#reviews.set(id, change.sealedAt ?? found.scheduledAt);
    if (to !== 'sealed' && to !== 'expiring') this.#reviews.delete(id);
    return advanced;
  }

  async continueFrom(id: string, base: string, forkedFrom?: string): Promise<RecoveryPoint> {
    const point = this.#points.get(id);
    if (!point) throw new UnknownRecoveryPoint(`there is no recovery point ${id}`);
    if (point.base !== undefined) return point;
    if (point.state !== 'capturing') throw new ConcurrentUpdate(`${id} is ${point.state}`);
    const next = { ...point, base, ...(forkedFrom && { forkedFrom }) };
    this.#points.set(id, next);
    return next;
  }

  async reviewAt(id: RecoveryPointId, at: Instant): Promise<void> {
    const state = this.#points.get(id)?.state;
    if (state !== 'sealed' && state !== 'expiring')
      throw new ConcurrentUpdate(`${id} is ${state ?? 'unknown'} and is not reviewed`);
    this.#reviews.set(id, at);
  }

  async openCopy(copy: CopyRecord): Promise<{ copy: CopyRecord; first: boolean }> {
    const key = keyOf(copy.id, copy.region);
    const found = this.#copies.get(key);
    if (found) return { copy: found, first: false };
    this.#copies.set(key, copy);
    return { copy, first: true };
  }

  async copy(id: RecoveryPointId, region: string): Promise<CopyRecord | undefined> {
    return this.#copies.get(keyOf(id, region));
  }

  async copies(cluster: string, region: string, from?: Instant): Promise<readonly CopyRecord[]> {
    return [...this.#copies.values()]
      .filter((c) => c.cluster === cluster && c.region === region && c.state !== 'discarded')
      .filter((c) => scheduled(c) >= (from ?? 0))
      .sort((a, b) => scheduled(b) - scheduled(a) || (a.id < b.id ? 1 : -1));
  }

  async newestProven(cluster: string, region: string, atOrBefore?: Instant): Promise<CopyRecord | undefined> {
    return (await this.#proven(cluster, region)).find(
      ({ takenAt }) => atOrBefore === undefined || (takenAt ?? 0) <= atOrBefore,
    );
  }

  async oldestProven(cluster: string, region: string): Promise<CopyRecord | undefined> {
    return (await this.#proven(cluster, region)).at(-1);
  }

  async advanceCopy(
    id: RecoveryPointId,
    region: string,
    to: CopyState,
    change: CopyChange = {},
  ): Promise<CopyRecord> {
    const found = this.#copies.get(keyOf(id, region));
    if (!found) throw new UnknownRecoveryPoint(`the catalog has no copy of ${id} in ${region}`);
    if (found.state === to) return found;
    if (!copyMayFollow(found.state, to))
      throw new ConcurrentUpdate(`the copy of ${id} in ${region} is ${found.state} and cannot become ${to}`);
    const { reason: _why, discardAfter: _until, ...kept } = found;
    const { provenAt: _when, root: _what, ...anew } = kept;
    const before = to === 'proven' ? kept : to === 'copying' ? anew : found;
    const advanced = { ...before, ...change, state: to };
    this.#copies.set(keyOf(id, region), advanced);
    return advanced;
  }

  async due(kind: DueKind, region: string, by: Instant, limit: number): Promise<readonly DueEntry[]> {
    const all = kind === 'review' ? this.#reviewsIn(region) : this.#discardsIn(region);
    return all
      .filter(({ dueAt }) => dueAt <= by)
      .sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }

  async holds(cluster: string): Promise<readonly LegalHold[]> {
    return [...this.#holds.values()].filter((hold) => hold.cluster === cluster);
  }

  async placeHold(hold: LegalHold): Promise<void> {
    this.#holds.set(`${hold.cluster}/${hold.name}`, hold);
  }

  async liftHold(cluster: string, name: string): Promise<void> {
    this.#holds.delete(`${cluster}/${name}`);
  }

  async openRestore(restore: RestoreRecord): Promise<RestoreRecord> {
    const key = `${restore.cluster}/${restore.id}`;
    const found = this.#restores.get(key) ?? restore;
    this.#restores.set(key, found);
    return found;
  }

  async restore(cluster: string, id: string): Promise<RestoreRecord | undefined> {
    return this.#restores.get(`${cluster}/${id}`);
  }

  async restores(cluster: string): Promise<readonly RestoreRecord[]> {
    return [...this.#restores.values()].filter((restore) => restore.cluster === cluster);
  }

  async closeRestore(restore: RestoreRecord): Promise<void> {
    const key = `${restore.cluster}/${restore.id}`;
    const found = this.#restores.get(key);
    if (found && found.state !== 'restoring' && found.state !== restore.state)
      throw new ConcurrentUpdate(`${restore.id} is ${found.state} and cannot become ${restore.state}`);
    this.#restores.set(key, restore);
  }

  async openChain(chain: LogChain): Promise<{ chain: LogChain; first: boolean }> {
    const found = this.#chains.get(chainKey(chain));
    this.#chains.set(chainKey(chain), found ?? chain);
    return { chain: found ?? chain, first: !found };
  }

  async chain(of: ChainName): Promise<LogChain | undefined> {
    return this.#chains.get(chainKey(of));
  }

  async chains(cluster: string, region: string): Promise<readonly LogChain[]> {
    return [...this.#chains.values()]
      .filter((chain) => chain.cluster === cluster && chain.region === region)
      .sort((a, b) => (a.chain < b.chain ? -1 : 1));
  }

  async advanceChain(of: ChainName, change: ChainChange, now: Instant): Promise<LogChain> {
    const found = this.#chains.get(chainKey(of));
    if (!found) throw new UnknownLogChain(`the catalog has no log chain ${chainKey(of)}`);
    const next = advanced(found, change, now);
    if (next instanceof Error) throw next;
    this.#chains.set(chainKey(of), next);
    return next;
  }

  async lease(lease: Lease, now: Instant): Promise<boolean> {
    const held = this.#leases.get(lease.name);
    if (held && held.holder !== lease.holder && held.until > now) return false;
    this.#leases.set(lease.name, lease);
    return true;
  }

  async release(name: string, holder: string, _now: Instant): Promise<void> {
    if (this.#leases.get(name)?.holder === holder) this.#leases.delete(name);
  }

  /** Everything that is kept, as text: two equal texts are two equal catalogs. */
  dump(): string {
    const kept = [this.#points, this.#reviews, this.#copies, this.#holds, this.#restores];
    const parts = [...kept, this.#chains, this.standbys];
    return JSON.stringify(
      parts.map((part) => [...part.entries()].sort(([a], [b]) => (a < b ? -1 : 1))),
      undefined,
      1,
    );
  }

  async #proven(cluster: string, region: string): Promise<readonly CopyRecord[]> {
    const all = await this.copies(cluster, region);
    return all.filter(({ state }) => state === 'proven').sort((a, b) => (b.takenAt ?? 0) - (a.takenAt ?? 0));
  }

  #reviewsIn(region: string): DueEntry[] {
    return [...this.#reviews].flatMap(([id, dueAt]) => {
      const point = this.#points.get(id);
      return point?.region === region ? [{ id, cluster: point.cluster, dueAt }] : [];
    });
  }

  #discardsIn(region: string): DueEntry[] {
    return [...this.#copies.values()].flatMap((copy) =>
      copy.region === region && copy.state === 'expiring' && copy.discardAfter !== undefined
        ? [{ id: copy.id, cluster: copy.cluster, dueAt: copy.discardAfter }]
        : [],
    );
  }
}

const chainKey = ({ cluster, region, chain }: ChainName): string => `${cluster}/${region}/${chain}`;
const keyOf = (id: RecoveryPointId, region: string): string => `${region}/${id}`;
const scheduled = (copy: CopyRecord): number => scheduledAtOf(copy.id) ?? 0;
const newestFirst = (a: RecoveryPoint, b: RecoveryPoint): number =>
  b.scheduledAt - a.scheduledAt || (a.id < b.id ? 1 : -1);
