import { S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../../adapters/aws/clients.ts';
import { partBytes } from '../../../../adapters/aws/s3-copy-parts.ts';
import { s3ObjectStore } from '../../../../adapters/aws/s3-object-store.ts';
import type { CopyRequest, ObjectStore } from '../../../../core/ports/object-store.ts';
import { AwsError } from '../../../../embedded/service.ts';
import { HOME, ObjectsWorld, SOURCE, VAULTS } from '../../../support/objects-world.ts';

const MIB = 1_024 ** 2;
const GIB = 1_024 ** 3;
const VAULT = VAULTS[HOME]!;

describe('the size of parts', () => {
  it.each([
    ['5 GB', 5_000_000_001, 64 * MIB],
    ['100 GiB', 100 * GIB, 103 * MIB],
    ['5 TiB', 5_120 * GIB, 5 * GIB],
    ['50 TB', 50e12, 5 * GIB],
  ])('of an object of %s leaves it below 10,000 parts', (_, bytes, size) => {
    expect(partBytes(bytes, 64 * MIB)).toBe(size);
    expect(Math.ceil(bytes / size)).toBeLessThanOrEqual(10_000);
  });
});

describe('a copy in parts', () => {
  const BYTES = 10 * MIB + 5;
  let world: ObjectsWorld;
  let store: ObjectStore;
  let request: CopyRequest;

  const put = (fill: number): void => {
    world.call('PutObject', {
      Bucket: SOURCE,
      Key: 'big + file',
      Body: Buffer.alloc(BYTES, fill),
      ContentType: 'video/mp4',
      Metadata: { owner: 'ops' },
      ChecksumAlgorithm: 'CRC64NVME',
    });
  };
  const uploads = (): unknown[] =>
    (world.call('ListMultipartUploads', { Bucket: VAULT }) as { Uploads?: unknown[] }).Uploads ?? [];

  beforeEach(() => {
    world = new ObjectsWorld();
    // What is 5 GB in AWS is 6 MiB here.
    const limits = { singleBytesMax: 6 * MIB, partBytesMin: 5 * MIB };
    store = s3ObjectStore(connect(new S3Client({ region: HOME }), 's3', HOME), HOME, limits);
    put(7);
    request = {
      from: { bucket: SOURCE, key: 'big + file' },
      to: { bucket: VAULT, key: 'copied' },
      bytes: BYTES,
      createOnly: true,
    };
  });

  it('has the bytes, the checksum and the headers of its source', async () => {
    const copied = await store.copy(request);
    const [found] = world.s3.current(VAULT);
    const version = found![1];
    const checksum = await store.checksum(SOURCE, 'big + file');
    expect(copied).toEqual({ checksum, outcome: 'copied', etag: version.etag });
    expect(version.body.equals(Buffer.alloc(BYTES, 7))).toBe(true);
    expect(version.headers).toEqual({ ContentType: 'video/mp4', Metadata: { owner: 'ops' } });
  });

  it('costs its parts and four requests', async () => {
    await store.copy(request);
    const made = [...world.s3.requests].filter(([operation]) => operation !== 'PutObject');
    expect(Object.fromEntries(made)).toEqual({
      HeadObject: 2,
      CreateMultipartUpload: 1,
      UploadPartCopy: 3,
      CompleteMultipartUpload: 1,
    });
  });

  it('moves nothing when the target is there', async () => {
    await store.copy(request);
    expect((await store.copy(request)).outcome).toBe('already-there');
    expect(world.s3.requests.get('UploadPartCopy')).toBe(3);
  });

  it('does not write over what came into being meanwhile', async () => {
    world.before = ({ operation }) => {
      if (operation === 'CompleteMultipartUpload')
        world.call('PutObject', {
          Bucket: VAULT,
          Key: 'copied',
          Body: 'mine',
          ChecksumAlgorithm: 'CRC64NVME',
        });
    };
    expect((await store.copy(request)).outcome).toBe('already-there');
    expect([...world.s3.current(VAULT)][0]![1].body.toString()).toBe('mine');
    expect(uploads()).toEqual([]);
  });

  it('writes only over what has the ETag that it was given', async () => {
    const first = await store.copy(request);
    if (first.outcome !== 'copied') throw new Error('nothing was there before');
    const over = { ...request, to: { ...request.to, etag: first.etag }, createOnly: false };
    put(8);
    const second = await store.copy(over);
    expect(second.checksum).not.toBe(first.checksum);
    await expect(store.copy(over)).rejects.toMatchObject({ name: 'ConcurrentUpdate' });
    expect(await store.checksum(VAULT, 'copied')).toBe(second.checksum);
    expect(uploads()).toEqual([]);
  });

  it('never splices two contents when the source is overwritten between parts', async () => {
    world.before = ({ operation, input }) => {
      if (operation === 'UploadPartCopy' && 'PartNumber' in input && input.PartNumber === 2) put(8);
    };
    await expect(store.copy(request)).rejects.toMatchObject({ name: 'SourceVersionGone' });
    expect([...world.s3.current(VAULT)]).toEqual([]);
    expect(uploads()).toEqual([]);
  });

  it('leaves no parts behind when it fails, and reports the first error', async () => {
    world.before = ({ operation }) => {
      if (operation === 'UploadPartCopy') throw new AwsError('SlowDown', 'slower', { status: 503 });
    };
    await expect(store.copy(request)).rejects.toMatchObject({ name: 'Throttled' });
    expect(uploads()).toEqual([]);
  });

  it('names a source that is gone before it begins', async () => {
    const gone = { ...request, from: { bucket: SOURCE, key: 'never' } };
    await expect(store.copy(gone)).rejects.toMatchObject({ name: 'SourceVersionGone' });
  });
});
