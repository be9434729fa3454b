import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListedVersion } from '../../../../core/ports/object-store.ts';
import { HOME, ObjectsWorld, SOURCE } from '../../../support/objects-world.ts';

async function allVersions(world: ObjectsWorld, prefix = ''): Promise<ListedVersion[]> {
  const versions: ListedVersion[] = [];
  let from: { key: string; version: string } | undefined;
  do {
    const page = await world.store(HOME).versions(SOURCE, prefix, from);
    versions.push(...page.versions);
    from = page.next;
  } while (from);
  return versions;
}

/** The truth: of every key, what S3 itself holds, newest first. */
const truth = (world: ObjectsWorld): string[] =>
  [...world.s3.versions(SOURCE)].flatMap(([key, versions]) =>
    versions.toReversed().map((version) => `${key} ${version.id} ${version.kind}`),
  );

const shown = (versions: readonly ListedVersion[]): string[] =>
  versions.map(({ key, version, deleted }) => `${key} ${version} ${deleted ? 'marker' : 'object'}`);

const operations = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'a b', 'a+b', 'b', '🦊', '\uffee'),
    kind: fc.constantFrom('write', 'write', 'remove'),
    wait: fc.constantFrom(0, 0, 0.2, 1),
  }),
  { maxLength: 30 },
);

describe('a listing of versions', () => {
  it('has versions and delete markers in their true order, also within one second', async () => {
    await fc.assert(
      fc.asyncProperty(operations, async (ops) => {
        const world = new ObjectsWorld();
        for (const { key, kind, wait } of ops) {
          world.wait(wait);
          if (kind === 'write') world.write(key, 'x');
          else world.remove(key);
        }
        expect(shown(await allVersions(world))).toEqual(truth(world));
      }),
      { numRuns: 60 },
    );
  });

  it('asks S3 only where a version and a marker share their second and neither is the latest', async () => {
    const world = new ObjectsWorld();
    world.write('a', '1');
    world.remove('a');
    world.wait(2);
    world.write('a', '2');
    world.write('b', '1');
    await allVersions(world);
    expect(world.s3.requests.get('ListObjectVersions')).toBe(2);
  });

  it('goes on behind a page of a thousand, in the middle of a key', async () => {
    const world = new ObjectsWorld();
    for (let n = 0; n < 1_203; n++) {
      if (n % 7 === 3) world.remove('k');
      else world.write('k', `${n}`);
      world.wait(1);
    }
    world.write('z', 'last');
    expect(shown(await allVersions(world))).toEqual(truth(world));
  });

  it('stays below its prefix', async () => {
    const world = new ObjectsWorld();
    for (const key of ['a', 'b/1', 'b/2', 'c']) world.write(key, 'x');
    expect((await allVersions(world, 'b/')).map(({ key }) => key)).toEqual(['b/1', 'b/2']);
  });
});
