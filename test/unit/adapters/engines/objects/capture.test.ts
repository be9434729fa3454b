import { beforeEach, describe, expect, it } from 'vitest';
import { readPlan, writePlan } from '../../../../../adapters/engines/shared/manifest-io.ts';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { Step } from '../../../../../core/engines/driver.ts';
import { AwsError } from '../../../../../embedded/service.ts';
import { capture, captureSpec, NotDone, openPoint, restoreTo } from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld, SOURCE, VAULTS, WEIRD_KEYS } from '../../../../support/objects-world.ts';

const VAULT = VAULTS[HOME]!;

describe('capturing a shard of objects', () => {
  let world: ObjectsWorld;
  let point: RecoveryPoint;
  let begun: Extract<Step, { outcome: 'shards' }>;

  beforeEach(async () => {
    world = new ObjectsWorld();
    world.create();
    world.wait(5);
    await begin();
  });

  async function begin(): Promise<void> {
    point = openPoint(world);
    const step = await world.driver.begin(captureSpec(world, point));
    if (step.outcome !== 'shards') throw new Error(`expected shards, got ${JSON.stringify(step)}`);
    begun = step;
  }

  const versionOf = (key: string): string =>
    (world.call('HeadObject', { Bucket: SOURCE, Key: key }) as { VersionId: string }).VersionId;

  async function finish(): Promise<RecoveryPoint> {
    const ready = await world.driver.poll(captureSpec(world, point), begun.cursor);
    if (ready.outcome !== 'ready') throw new Error(`expected ready, got ${JSON.stringify(ready)}`);
    const verdict = await world.driver.verify(captureSpec(world, point), ready.cursor);
    if (!verdict.sound) throw new NotDone(verdict.reason);
    return verdict.index.recoveryPoint;
  }

  async function expectTruth(sealed: RecoveryPoint): Promise<void> {
    const target = world.target(HOME);
    await restoreTo(world, sealed, HOME, target);
    expect(Object.fromEntries(world.restored(HOME, target))).toEqual(
      Object.fromEntries(world.truth(sealed.takenAt!)),
    );
  }

  it('takes the pinned version of an object that is overwritten or deleted meanwhile', async () => {
    world.wait(2);
    world.write('plain.txt', 'overwritten during the capture');
    world.remove('a b/c d.txt');
    await world.driver.captureShard(captureSpec(world, point), 0);
    await expectTruth(await finish());
  });

  it('fails by name when a version was permanently deleted meanwhile', async () => {
    world.call('DeleteObject', { Bucket: SOURCE, Key: 'plain.txt', VersionId: versionOf('plain.txt') });
    const shard = world.driver.captureShard(captureSpec(world, point), 0);
    await expect(shard).rejects.toMatchObject({ name: 'SourceVersionGone', retryable: false });
    await expect(shard).rejects.toThrow(/plain\.txt/);
  });

  it.each(['CRC64NVME', 'CRC32'] as const)(
    'moves nothing twice when a child is killed half-way and comes again (%s)',
    async (checksums) => {
      world.checksums = checksums;
      world.create();
      world.wait(5);
      await begin();
      let copies = 0;
      world.before = ({ operation }) => {
        if (operation === 'CopyObject' && ++copies > 20)
          throw new AwsError('SlowDown', 'slower', { status: 503 });
      };
      const killed = world.driver.captureShard(captureSpec(world, point), 0);
      await expect(killed).rejects.toMatchObject({ name: 'Throttled' });
      world.before = undefined;
      await world.driver.captureShard(captureSpec(world, point), 0);
      const sealed = await finish();
      for (const [, versions] of world.s3.versions(VAULT, `files/${point.id}/data/`))
        expect(versions.length).toBe(1);
      await expectTruth(sealed);
    },
  );

  it('replaces what an earlier plan had copied when the plan names another version', async () => {
    const spec = captureSpec(world, point);
    const place = { store: world.store(HOME), bucket: VAULT, cluster: 'files', id: point.id };
    const plan = await readPlan(place, 0);
    world.write('plain.txt', 'put by hand under the plan');
    const other = versionOf('plain.txt');
    const change = (version: string) =>
      plan.map((line) => (line.key === 'plain.txt' ? { ...line, version, bytes: 26 } : line));
    await writePlan(place, 0, change(other));
    await world.driver.captureShard(spec, 0);
    await writePlan(place, 0, plan);
    await world.driver.captureShard(spec, 0);
    await expectTruth(await finish());
  });

  it('keeps every key of a manifest in the order of the plan', async () => {
    await world.driver.captureShard(captureSpec(world, point), 0);
    const sealed = await finish();
    expect(sealed.content!.items).toBe(WEIRD_KEYS.length + 40);
  });

  it('keeps headers and metadata of the objects', async () => {
    world.call('PutObject', {
      Bucket: SOURCE,
      Key: 'page.html',
      Body: '<p>',
      ContentType: 'text/html',
      Metadata: { owner: 'ops' },
    });
    world.wait(60);
    const sealed = await capture(world);
    const target = world.target(HOME);
    await restoreTo(world, sealed, HOME, target);
    const [found] = world.s3.current(target.bucket!, 'page.html');
    expect(found![1].headers).toEqual({ ContentType: 'text/html', Metadata: { owner: 'ops' } });
  });

  it('refuses a plan that is missing and says what to do', async () => {
    const shard = world.driver.captureShard(captureSpec(world, point), 7);
    await expect(shard).rejects.toMatchObject({ name: 'ManifestIncomplete' });
    await expect(shard).rejects.toThrow(/plan-00007.*start the backup or copy again/);
  });

  describe('is verified', () => {
    beforeEach(() => world.driver.captureShard(captureSpec(world, point), 0));

    it('unsound when an object is missing from the vault', async () => {
      world.loseFromVault(HOME, `files/${point.id}/data/plain.txt`);
      await expect(finish()).rejects.toMatchObject({
        reason: { name: 'CaptureFailed', message: expect.stringContaining('plain.txt') },
      });
    });

    it('unsound when an object under a hashed key is missing', async () => {
      const [hashed] = world.s3.current(VAULT, `files/${point.id}/long/`);
      world.loseFromVault(HOME, hashed![0]);
      await expect(finish()).rejects.toMatchObject({
        reason: { name: 'CaptureFailed', message: expect.stringContaining('it is missing') },
      });
    });

    it('unsound when an object has another size', async () => {
      world.call('PutObject', { Bucket: VAULT, Key: `files/${point.id}/data/plain.txt`, Body: 'short' });
      await expect(finish()).rejects.toMatchObject({
        reason: { name: 'CaptureFailed', message: expect.stringContaining('has 5 bytes') },
      });
    });

    it('unsound when a shard is missing', async () => {
      world.loseFromVault(HOME, `files/${point.id}/manifest/shard-00000.jsonl.gz`);
      await expect(finish()).rejects.toMatchObject({ reason: { name: 'ManifestIncomplete' } });
    });

    it('unsound when a line was taken out of a shard', async () => {
      world.alterShard(HOME, point, 0, (text) => text.split('\n').slice(1).join('\n'));
      await expect(finish()).rejects.toMatchObject({
        reason: { name: 'CaptureFailed', message: expect.stringContaining('the inventory counted 56') },
      });
    });
  });

  it('is abandoned without a trace that anyone would restore from', async () => {
    await world.driver.captureShard(captureSpec(world, point), 0);
    await world.driver.abandon(captureSpec(world, point));
    expect([...world.s3.current(VAULT)]).toEqual([]);
  });

  it('is not abandoned once it is sealed', async () => {
    await world.driver.captureShard(captureSpec(world, point), 0);
    const sealed: RecoveryPoint = { ...(await finish()), state: 'sealed' };
    await expect(world.driver.abandon(captureSpec(world, sealed))).rejects.toMatchObject({
      name: 'InvariantViolation',
    });
    await expectTruth(sealed);
  });
});
