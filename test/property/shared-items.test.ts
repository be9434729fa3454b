import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareWithPrevious, type Found, onlyIn } from '../../core/manifest/compare.ts';
import { compareKeys, type ManifestLine } from '../../core/manifest/line.ts';
import { all } from '../unit/core/manifest/lines.ts';

/** A vault in miniature: stored items by `since/key`, and the manifests of the points that are kept, in their order. */
class Vault {
  readonly items = new Set<string>();
  kept: { id: string; lines: ManifestLine[] }[] = [];

  /** Captures what the source shows, compared with the given point, as the objects engine does. */
  async capture(
    id: string,
    source: ReadonlyMap<string, string>,
    base: readonly ManifestLine[] = this.kept.at(-1)?.lines ?? [],
  ): Promise<void> {
    const listing: Found[] = [...source]
      .map(([key, version]) => ({ key, version, bytes: 1 }))
      .sort((a, b) => compareKeys(a.key, b.key));
    const lines: ManifestLine[] = [];
    for (const difference of await all(compareWithPrevious(listing, base))) {
      if (difference.kind === 'removed') continue;
      if (difference.kind === 'unchanged') lines.push(difference.line);
      else lines.push({ ...difference.found, checksum: 'c', since: id });
    }
    for (const { since, key } of lines) if (since === id) this.items.add(`${since}/${key}`);
    this.kept.push({ id, lines });
  }

  /** Discards a point by a look at its two nearest neighbours. */
  async discard(index: number): Promise<void> {
    const point = this.kept[index]!;
    const neighbours = [this.kept[index - 1], this.kept[index + 1]].filter((p) => p !== undefined);
    for await (const { since, key } of onlyIn(
      point.lines,
      neighbours.map(({ lines }) => lines),
    )) {
      this.items.delete(`${since}/${key}`);
    }
    this.kept = this.kept.toSpliced(index, 1);
  }

  named(): Set<string> {
    return new Set(this.kept.flatMap(({ lines }) => lines.map(({ since, key }) => `${since}/${key}`)));
  }
}

type Act =
  | { readonly do: 'write' | 'remove' | 'bring-back'; readonly key: string }
  | { readonly do: 'capture' }
  | { readonly do: 'discard'; readonly which: number };

const key = fc.constantFrom('a', 'b', 'c', '😀', '\ufffd');
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constantFrom('write' as const, 'remove' as const, 'bring-back' as const), key }),
  fc.record({ do: fc.constant('capture' as const) }),
  fc.record({ do: fc.constant('discard' as const), which: fc.nat() }),
);

describe('items that recovery points share', () => {
  it('are stored while any kept point names them and no longer, in whatever order points are discarded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
        const vault = new Vault();
        const source = new Map<string, string>();
        const hidden = new Map<string, string>();
        for (const [n, a] of acts.entries()) {
          if (a.do === 'write') source.set(a.key, `v${n}`);
          if (a.do === 'remove' && source.has(a.key)) {
            hidden.set(a.key, source.get(a.key)!);
            source.delete(a.key);
          }
          // S3: removing the delete marker makes the same version current again.
          if (a.do === 'bring-back' && hidden.has(a.key)) source.set(a.key, hidden.get(a.key)!);
          if (a.do === 'capture') await vault.capture(`p${n}`, source);
          if (a.do === 'discard' && vault.kept.length > 0) await vault.discard(a.which % vault.kept.length);
          expect(vault.items).toEqual(vault.named());
        }
      }),
      { numRuns: 300 },
    );
  });

  it('would be lost if two captures of a cluster overlapped, which is why one waits for the other', async () => {
    const vault = new Vault();
    const source = new Map([['a', 'v1']]);
    await vault.capture('hourly', source, []);
    await vault.capture('daily', source, []); // begun before `hourly` was sealed: it stores `a` again
    await vault.capture('next', source, vault.kept[0]!.lines); // and this one takes `a` over from `hourly`
    await vault.discard(0); // its neighbour `daily` does not name hourly/a
    expect(vault.items.has('hourly/a')).toBe(false);
    expect(vault.named().has('hourly/a')).toBe(true);
  });
});
