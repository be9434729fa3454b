import { describe, expect, it } from 'vitest';
import { compareWithPrevious, type Found, onlyIn } from '../../../../core/manifest/compare.ts';
import type { ManifestLine } from '../../../../core/manifest/line.ts';
import { all, line } from './lines.ts';

const found = (key: string, version = 'v1', bytes = 1): Found => ({ key, version, bytes });
const differences = async (listing: Found[], previous: ManifestLine[]) =>
  (await all(compareWithPrevious(listing, previous))).map(
    (d) => `${d.kind} ${d.kind === 'removed' ? d.line.key : d.found.key}`,
  );

describe('a listing against the previous manifest', () => {
  it('says of each key whether it is new, the same, another version or gone', async () => {
    const listing = [found('a'), found('b'), found('c', 'v2'), found('e')];
    const previous = [line('b'), line('c'), line('d')];
    expect(await differences(listing, previous)).toEqual([
      'added a',
      'unchanged b',
      'changed c',
      'removed d',
      'added e',
    ]);
  });

  it('takes the same version with another size for changed: "null" versions can be overwritten', async () => {
    expect(await differences([found('a', 'null', 2)], [line('a', { version: 'null' })])).toEqual([
      'changed a',
    ]);
  });

  it('finds everything new in a first backup, and everything gone from an emptied bucket', async () => {
    expect(await differences([found('a'), found('b')], [])).toEqual(['added a', 'added b']);
    expect(await differences([], [line('a'), line('b')])).toEqual(['removed a', 'removed b']);
  });

  it('follows the order of UTF-8, as S3 lists', async () => {
    const keys = ['\ufffd', '😀'];
    expect(
      await differences(
        keys.map((k) => found(k)),
        keys.map((k) => line(k)),
      ),
    ).toEqual(['unchanged \ufffd', 'unchanged 😀']);
  });

  it('stops rather than lose items when a side is out of order', async () => {
    await expect(differences([found('b'), found('a')], [])).rejects.toThrow('the listing is not in order');
    await expect(differences([], [line('a'), line('a')])).rejects.toThrow(
      'the previous manifest is not in order',
    );
  });

  it('reads no further than it is asked to', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<Found> {
      for (;;) yield found(String(read++).padStart(9, '0'));
    }
    for await (const { kind } of compareWithPrevious(endless(), [])) {
      expect(kind).toBe('added');
      if (read > 10) break;
    }
    expect(read).toBeLessThan(15);
  });
});

describe('what only this manifest names', () => {
  const only = async (manifest: ManifestLine[], ...neighbours: ManifestLine[][]) =>
    (await all(onlyIn(manifest, neighbours))).map(({ key }) => key);

  it('is what neither neighbour names under the same recovery point', async () => {
    const before = [line('a'), line('b'), line('d', { since: 'p0' })];
    const after = [line('b'), line('c')];
    expect(await only([line('a'), line('b'), line('c'), line('d'), line('e')], before, after)).toEqual([
      'd',
      'e',
    ]);
  });

  it('is everything when there is no neighbour, and nothing when one names it all', async () => {
    const lines = [line('a'), line('b')];
    expect(await only(lines)).toEqual(['a', 'b']);
    expect(await only(lines, [], lines)).toEqual([]);
  });
});
