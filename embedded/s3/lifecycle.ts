import type { Instant } from '../../core/time/instant.ts';
import type { Bucket, Version } from './bucket.ts';
import { announceDeleted, type Cause } from './events.ts';
import { isDue, type LifecycleRule } from './lifecycle-rule.ts';
import { isLocked } from './object-lock.ts';
import type { Store } from './store.ts';
import { addMarker } from './write.ts';

/** What one run of the lifecycle rules did. */
export interface LifecycleRun {
  /** Current objects that were hidden behind a delete marker, or removed where there are no versions. */
  readonly expired: number;
  /** Noncurrent versions and lone delete markers that were permanently deleted. */
  readonly removed: number;
  /** Multipart uploads that were aborted. */
  readonly aborted: number;
}

type Tally = { -readonly [Name in keyof LifecycleRun]: LifecycleRun[Name] };

/** Applies every bucket's rules. S3 does so about once a day, from midnight UTC on: call it daily. */
export function runLifecycle(store: Store, now: Instant): LifecycleRun {
  const tally: Tally = { expired: 0, removed: 0, aborted: 0 };
  const cause: Cause = { now, requester: 's3.amazonaws.com' };
  for (const bucket of store.buckets.values()) {
    if (store.options.isDark?.(bucket.spec.region)) continue;
    for (const rule of bucket.spec.lifecycleRules ?? [])
      if (rule.Status === 'Enabled') new RuleRun(store, bucket, rule, cause, tally).run();
  }
  return tally;
}

class RuleRun {
  readonly #store: Store;
  readonly #bucket: Bucket;
  readonly #rule: LifecycleRule;
  readonly #cause: Cause;
  readonly #tally: Tally;

  constructor(store: Store, bucket: Bucket, rule: LifecycleRule, cause: Cause, tally: Tally) {
    this.#store = store;
    this.#bucket = bucket;
    this.#rule = rule;
    this.#cause = cause;
    this.#tally = tally;
  }

  run(): void {
    const prefix = this.#rule.Prefix ?? '';
    // Collected first: the index must not change while it is walked.
    const keys: string[] = [];
    for (const [key] of this.#bucket.keys.from(prefix)) {
      if (!key.startsWith(prefix)) break;
      keys.push(key);
    }
    for (const key of keys) {
      this.#expireNoncurrent(key);
      this.#expireCurrent(key);
      this.#expireMarker(key);
    }
    this.#abortUploads(prefix);
  }

  /** Both conditions must be exceeded: older than the days, and behind the newer ones that are to stay. */
  #expireNoncurrent(key: string): void {
    const rule = this.#rule.NoncurrentVersionExpiration;
    if (!rule) return;
    const versions = this.#bucket.keys.get(key) ?? [];
    const noncurrent = versions.length - 1;
    const due: Version[] = [];
    for (let i = 0; i < noncurrent - (rule.NewerNoncurrentVersions ?? 0); i++) {
      // A version is noncurrent since its successor was made.
      if (!isDue(versions[i + 1]!.createdAt, rule.NoncurrentDays, this.#cause.now)) break;
      due.push(versions[i]!);
    }
    for (const version of due) this.#remove(key, version, 'removed');
  }

  #expireCurrent(key: string): void {
    const days = this.#rule.ExpirationInDays;
    const current = this.#bucket.current(key);
    if (days === undefined || current?.kind !== 'object') return;
    if (!isDue(current.createdAt, days, this.#cause.now)) return;
    if (this.#bucket.versioning === undefined) {
      this.#remove(key, current, 'expired');
      return;
    }
    const marker = addMarker(this.#store, this.#bucket, key, this.#cause.now);
    this.#tally.expired++;
    const how = { reason: 'Lifecycle Expiration', type: 'Delete Marker Created' } as const;
    announceDeleted(this.#store, this.#bucket, key, marker, how, this.#cause);
  }

  /** A delete marker with nothing behind it. A rule with days removes it too, once it is that old. */
  #expireMarker(key: string): void {
    const { ExpiredObjectDeleteMarker: wanted, ExpirationInDays: days } = this.#rule;
    const versions = this.#bucket.keys.get(key) ?? [];
    const [marker] = versions;
    if (versions.length !== 1 || marker?.kind !== 'marker') return;
    const old = days !== undefined && isDue(marker.createdAt, days, this.#cause.now);
    if (wanted || old) this.#remove(key, marker, 'removed');
  }

  /** Lifecycle never deletes a locked version; it passes it by. */
  #remove(key: string, version: Version, as: 'expired' | 'removed'): void {
    if (version.kind === 'object' && isLocked(version, this.#cause.now)) return;
    this.#bucket.remove(key, version);
    this.#tally[as]++;
    const how = { reason: 'Lifecycle Expiration', type: 'Permanently Deleted' } as const;
    announceDeleted(this.#store, this.#bucket, key, version, how, this.#cause);
  }

  #abortUploads(prefix: string): void {
    const days = this.#rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
    if (days === undefined) return;
    for (const upload of [...this.#bucket.uploads.values()])
      if (upload.key.startsWith(prefix) && isDue(upload.startedAt, days, this.#cause.now)) {
        this.#bucket.uploads.delete(upload.id);
        this.#tally.aborted++;
      }
  }
}
