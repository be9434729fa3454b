import { S3Client } from '@aws-sdk/client-s3';
import { connect, registerTransport } from '../adapters/aws/clients.ts';
import { copyObject } from '../adapters/aws/s3-copy.ts';
import { COPY_LIMITS, partBytes } from '../adapters/aws/s3-copy-parts.ts';
import { type Instant, instant } from '../core/time/instant.ts';
import { Streams } from '../embedded/random/streams.ts';
import { S3 } from '../embedded/s3/s3.ts';
import { ACCOUNT, directTransport } from '../test/support/direct-transport.ts';
import { type Benchmark, count, exactly, type Figure } from './figure.ts';

const MIB = 1_024 ** 2;
const TB = 1e12;
const REGION = 'eu-west-1';
const NOW: Instant = instant(Date.UTC(2026, 10, 21));

/** S3 takes no smaller part than 5 MiB; so small, an object of a few dozen MiB has many. */
const LIMITS = { singleBytesMax: 6 * MIB, partBytesMin: 5 * MIB };
const SIZES = [8, 27, 55];

/** Two HEADs, the begin and the end of the upload: it inherits no headers and no tags, and its condition comes last. */
const BESIDE_PARTS = 4;

async function run(): Promise<readonly Figure[]> {
  const s3 = new S3({ random: new Streams(1).stream('s3'), singleBytesMax: LIMITS.singleBytesMax });
  for (const name of ['source', 'vault'])
    s3.createBucket({ name, region: REGION, account: ACCOUNT, versioning: true, eventBridge: false });
  let sent = 0;
  registerTransport(
    directTransport([s3], {
      now: () => NOW,
      before: () => {
        sent++;
      },
    }),
  );
  try {
    const client = connect(new S3Client({ region: REGION }), 's3', REGION);
    const figures: Figure[] = [];
    for (const mib of SIZES) {
      const key = `${mib} MiB`;
      const bytes = mib * MIB;
      putInParts(s3, key, bytes);
      sent = 0;
      await copyObject(
        client,
        { from: { bucket: 'source', key }, to: { bucket: 'vault', key }, bytes, createOnly: true },
        LIMITS,
      );
      const parts = Math.ceil(bytes / partBytes(bytes, LIMITS.partBytesMin));
      figures.push({
        what: `requests to copy an object of ${parts} parts`,
        value: count(sent),
        target: exactly(parts + BESIDE_PARTS, sent, 'parts + 4'),
      });
    }
    return [...figures, ...[6e9, 5 * TB].map(atTheRealLimits)];
  } finally {
    registerTransport(undefined);
  }
}

function putInParts(s3: S3, key: string, bytes: number): void {
  const call = { account: ACCOUNT, region: REGION, principal: `arn:aws:iam::${ACCOUNT}:root`, now: NOW };
  const of = { Bucket: 'source', Key: key };
  const { UploadId } = s3.call('CreateMultipartUpload', of, call) as { UploadId: string };
  const Parts = [];
  for (let n = 0; n * LIMITS.partBytesMin < bytes; n++) {
    const Body = Buffer.alloc(Math.min(LIMITS.partBytesMin, bytes - n * LIMITS.partBytesMin), n);
    const PartNumber = n + 1;
    const { ETag } = s3.call('UploadPart', { ...of, UploadId, PartNumber, Body }, call) as { ETag: string };
    Parts.push({ PartNumber, ETag });
  }
  s3.call('CompleteMultipartUpload', { ...of, UploadId, MultipartUpload: { Parts } }, call);
}

function atTheRealLimits(bytes: number): Figure {
  const parts = Math.ceil(bytes / partBytes(bytes, COPY_LIMITS.partBytesMin));
  return {
    what: `computed: requests to copy an object of ${bytes < TB ? `${bytes / 1e9} GB` : `${bytes / TB} TB`}, in parts of ${Math.round(partBytes(bytes, COPY_LIMITS.partBytesMin) / MIB).toLocaleString('en-US')} MiB`,
    value: count(parts + BESIDE_PARTS),
  };
}

export const multipart: Benchmark = {
  name: 'multipart',
  title:
    'S3 requests of objects above 5 GB, with the limit lowered (a multipart upload inherits no headers or tags)',
  run,
};
