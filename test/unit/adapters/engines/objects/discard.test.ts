import { beforeEach, describe, expect, it } from 'vitest';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { DiscardSpec } from '../../../../../core/engines/driver.ts';
import { recoverKey } from '../../../../../core/manifest/layout.ts';
import { AwsError } from '../../../../../embedded/service.ts';
import { capture, restoreTo } from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld, VAULTS } from '../../../../support/objects-world.ts';

const VAULT = VAULTS[HOME]!;

describe('discarding a recovery point of objects', () => {
  let world: ObjectsWorld;
  let points: RecoveryPoint[];

  beforeEach(async () => {
    // P1: a b c | P2: a* b c d | P3: a* c e   (b and d deleted, e added)
    world = new ObjectsWorld();
    points = [];
    const take = async (): Promise<void> => {
      world.wait(60);
      points.push(await capture(world, points.at(-1)));
    };
    for (const key of ['a', 'b', 'c']) world.write(key, key);
    await take();
    world.write('a', 'changed');
    world.write('d', 'd');
    await take();
    world.remove('b');
    world.remove('d');
    world.write('e', 'e');
    await take();
  });

  const spec = (nth: number, neighbours: readonly number[]): DiscardSpec => ({
    cluster: 'files',
    point: points[nth]!,
    region: HOME,
    neighbours: neighbours.map((n) => points[n]!),
  });
  const stored = (): string[] => [...world.s3.current(VAULT)].map(([key]) => key);
  const dataOf = (nth: number): string[] => {
    const prefix = `files/${points[nth]!.id}/data/`;
    return stored()
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  };

  async function expectRestores(nth: number): Promise<void> {
    const target = world.target(HOME);
    await restoreTo(world, points[nth]!, HOME, target);
    expect(Object.fromEntries(world.restored(HOME, target))).toEqual(
      Object.fromEntries(world.truth(points[nth]!.takenAt!)),
    );
  }

  it('removes what only it names', async () => {
    expect(await world.driver.discard(spec(1, [0, 2]))).toEqual({ removedItems: 1 });
    expect([dataOf(0), dataOf(1), dataOf(2)]).toEqual([['a', 'b', 'c'], ['a'], ['e']]);
  });

  it('removes what a copy left that never got a manifest, and nothing that a neighbour names', async () => {
    const { id } = points[1]!;
    const manifest = `files/${id}/manifest/`;
    for (const [key] of world.s3.current(VAULT, manifest)) world.loseFromVault(HOME, key);
    world.call('PutObject', { Bucket: VAULT, Key: `files/${id}/data/left behind`, Body: 'x' }, HOME);
    expect(await world.driver.discard(spec(1, [0, 2]))).toEqual({ removedItems: 2 });
    expect([dataOf(0), dataOf(1), dataOf(2)]).toEqual([['a', 'b', 'c'], ['a'], ['e']]);
    await expectRestores(2);
  });

  it('removes what an older point had stored once nobody names it any more', async () => {
    await world.driver.discard(spec(0, [1]));
    expect(dataOf(0)).toEqual(['b', 'c']);
    await world.driver.discard(spec(1, [2]));
    expect([dataOf(0), dataOf(1), dataOf(2)]).toEqual([['c'], ['a'], ['e']]);
    await expectRestores(2);
  });

  it('leaves nothing but scratch when the last one goes, not the pages for people beside the manifests either', async () => {
    const page = (nth: number) => recoverKey('files', points[nth]!.id);
    for (const nth of [0, 1, 2])
      world.call('PutObject', { Bucket: VAULT, Key: page(nth), Body: '# How to recover' }, HOME);
    // One was cut off before its page went: its shards are gone.
    for (const [key] of world.s3.current(VAULT, `files/${points[0]!.id}/manifest/`))
      if (key !== page(0)) world.loseFromVault(HOME, key);
    for (const nth of [0, 1, 2]) await world.driver.discard(spec(nth, nth < 2 ? [nth + 1] : []));
    expect(stored().filter((key) => !key.startsWith('work/'))).toEqual([]);
  });

  it('hides and never deletes: every version is still there', async () => {
    const before = [...world.s3.versions(VAULT)].length;
    await world.driver.discard(spec(1, [0, 2]));
    expect([...world.s3.versions(VAULT)]).toHaveLength(before);
    for (const [, versions] of world.s3.versions(VAULT)) expect(versions[0]!.kind).toBe('object');
  });

  it('removes nothing while a neighbour’s manifest cannot be read whole', async () => {
    const before = stored();
    world.alterShard(HOME, points[2]!, 0, (text) => text.replace('"e"', '"f"'));
    await expect(world.driver.discard(spec(1, [0, 2]))).rejects.toMatchObject({ name: 'ManifestAltered' });
    // Its own index neither: a point without one is neither there nor gone.
    expect(stored()).toEqual(before);
    world.loseFromVault(HOME, `files/${points[0]!.id}/manifest/index.json`);
    await expect(world.driver.discard(spec(1, [0]))).rejects.toMatchObject({ name: 'ManifestIncomplete' });
    const gone = `files/${points[0]!.id}/manifest/index.json`;
    expect(stored().filter((key) => key.includes('/data/'))).toEqual(
      before.filter((key) => key.includes('/data/')),
    );
    expect(stored()).not.toContain(gone);
  });

  it('removes nothing while its own manifest was altered', async () => {
    const before = stored();
    world.alterShard(HOME, points[1]!, 0, (text) => text.replaceAll(points[1]!.id, points[0]!.id));
    world.alterShard(HOME, points[1]!, 0, (text) => text.replace('"d"', '"dd"'));
    await expect(world.driver.discard(spec(1, [0, 2]))).rejects.toMatchObject({ name: 'ManifestAltered' });
    expect(stored()).toEqual(before);
  });

  it.each([1, 2, 3])('goes on where it was stopped at its hide number %i', async (nth) => {
    let hides = 0;
    world.before = ({ operation }) => {
      if (operation === 'DeleteObjects' && ++hides === nth)
        throw new AwsError('SlowDown', 'x', { status: 503 });
    };
    await expect(world.driver.discard(spec(1, [0, 2]))).rejects.toMatchObject({ name: 'Throttled' });
    world.before = undefined;
    await world.driver.discard(spec(1, [0, 2]));
    expect([dataOf(0), dataOf(1), dataOf(2)]).toEqual([['a', 'b', 'c'], ['a'], ['e']]);
    expect(stored().some((key) => key.startsWith(`files/${points[1]!.id}/manifest/`))).toBe(false);
    await expectRestores(0);
    await expectRestores(2);
  });

  it('makes the point useless first: after the first hide it restores no more', async () => {
    let hides = 0;
    world.before = ({ operation }) => {
      if (operation === 'DeleteObjects' && ++hides === 2)
        throw new AwsError('SlowDown', 'x', { status: 503 });
    };
    await expect(world.driver.discard(spec(1, [0, 2]))).rejects.toMatchObject({ name: 'Throttled' });
    await expect(expectRestores(1)).rejects.toMatchObject({ reason: { name: 'ManifestIncomplete' } });
  });
});
