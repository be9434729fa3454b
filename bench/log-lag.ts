import { tidbLogLayout } from '../adapters/engines/tidb/log-layout.ts';
import type { Stage } from '../cli/stage.ts';
import type { LogKind } from '../core/log/layout.ts';
import { between, type Instant, seconds } from '../core/time/instant.ts';
import { NAME } from './log-stage.ts';
import { HOME } from './quiet-stage.ts';

/** A copy of one version of a log object into the recovery region's vault. */
export interface Copied {
  readonly key: string;
  readonly version: string;
  readonly at: Instant;
}

export interface Written {
  readonly kind: LogKind;
  /** Seconds from the write to the copy; of a checkpoint, to the copy of it or of a later one. Undefined: not there. */
  readonly lag: number | undefined;
}

/** Every log object that was written into the primary's vault between two instants, and when it was in the other one. */
export function writtenBetween(
  { cloud }: Stage,
  copies: readonly Copied[],
  from: Instant,
  until: Instant,
): readonly Written[] {
  const at = new Map(copies.map((copy) => [`${copy.key}?${copy.version}`, copy.at]));
  const written: Written[] = [];
  const root = `${NAME}/log/`;
  for (const [key, versions] of cloud.s3.versions(`holdfast-vault-${cloud.account}-${HOME}`, root)) {
    const kind = tidbLogLayout.kindOf(key.slice(root.length).split('/').slice(1).join('/'));
    let later: Instant | undefined;
    // Newest first: whoever has a later checkpoint needs none of those before it.
    for (const { id, createdAt } of versions.toReversed()) {
      const copied = at.get(`${key}?${id}`);
      if (copied !== undefined && (later === undefined || copied < later)) later = copied;
      if (createdAt < from || createdAt >= until) continue;
      written.push({ kind, lag: later === undefined ? undefined : between(createdAt, later) / seconds(1) });
    }
  }
  return written;
}

/** The least value that so large a share of all does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
