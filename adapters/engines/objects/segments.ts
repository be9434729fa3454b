import { compareKeys, type ManifestLine } from '../../../core/manifest/line.ts';
import type { Listed } from '../../../core/ports/object-store.ts';

/**
 * Manifests and listings are compared in this many stretches at once. One listing is a chain of pages of 1,000 keys at
 * some 100 ms each: ten million objects would take one chain a quarter of an hour, all that a function has.
 */
const SEGMENTS = 8;

/** Below this many shards a stretch is not worth its own listing. */
const SEGMENT_SHARDS_MIN = 16;

/** Shards `from` up to, and not with, `to`; the last segment has nothing behind it. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly last: boolean;
}

/** Cuts `shards` into stretches; there is always one, however few shards there are. */
export function segmentsOf(shards: number): Segment[] {
  const count = Math.max(1, Math.min(SEGMENTS, Math.floor(shards / SEGMENT_SHARDS_MIN)));
  const at = (n: number): number => Math.floor((shards * n) / count);
  return Array.from({ length: count }, (_, n) => ({ from: at(n), to: at(n + 1), last: n === count - 1 }));
}

/** An item as it should be listed. */
export type Expected = Pick<ManifestLine, 'key' | 'bytes'>;

export type Discrepancy =
  | { readonly kind: 'missing'; readonly key: string }
  | { readonly kind: 'size'; readonly key: string; readonly expected: number; readonly listed: number }
  | { readonly kind: 'extra'; readonly key: string };

/**
 * Walks a listing beside what it should show, and returns the first difference. `listing` is asked for only when
 * something is expected, so that nothing new costs no request.
 * @param extras `refused`: nothing else may be listed; `refused-to-the-end`: nor behind the last item expected
 */
export async function firstDiscrepancy(
  listing: () => AsyncIterable<Listed>,
  expected: AsyncIterable<Expected>,
  extras: 'allowed' | 'refused' | 'refused-to-the-end',
): Promise<Discrepancy | undefined> {
  let listed: AsyncIterator<Listed> | undefined;
  let head: Listed | undefined;
  const advance = async (): Promise<void> => {
    listed ??= listing()[Symbol.asyncIterator]();
    const { done, value } = await listed.next();
    head = done ? undefined : value;
  };
  try {
    let started = false;
    for await (const item of expected) {
      if (!started) await advance();
      started = true;
      while (head && compareKeys(head.key, item.key) < 0) {
        if (extras !== 'allowed') return { kind: 'extra', key: head.key };
        await advance();
      }
      if (head?.key !== item.key) return { kind: 'missing', key: item.key };
      if (head.bytes !== item.bytes)
        return { kind: 'size', key: item.key, expected: item.bytes, listed: head.bytes };
      await advance();
    }
    if (extras !== 'refused-to-the-end') return undefined;
    if (!started) await advance();
    return head && { kind: 'extra', key: head.key };
  } finally {
    await listed?.return?.();
  }
}
