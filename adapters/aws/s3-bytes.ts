import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { invariant } from '../../core/errors/assert.ts';
import type { Bytes, Stretch } from '../../core/ports/bytes.ts';
import { PIECE_BYTES } from '../../core/verify/budget.ts';
import { faultOf } from './faults.ts';
import { checksumAt } from './s3-copy-answers.ts';
import { isMissing, isPrecondition, unquoted } from './s3-names.ts';
import { versionPage } from './s3-versions.ts';

export function s3Bytes(client: S3Client, bucket: string): Bytes {
  return {
    bucket,
    stretch: (key, from, most, etag) => stretchOf(client, { bucket, key }, from, most, etag),
    whole: (key, version) => wholeOf(client, { bucket, key, version }),
    recorded: (key, version) => checksumAt(client, bucket, key, version),
    versions: async (key) => {
      const { versions } = await versionPage(client, bucket, key);
      return versions.filter((each) => each.key === key && !each.deleted).map(({ version }) => version);
    },
  };
}

interface Place {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string | undefined;
}

/**
 * Always as a range: the SDK compares a whole body with the checksum that S3 recorded, and throws when they differ;
 * here the bytes are wanted as they are.
 */
async function stretchOf(
  client: S3Client,
  { bucket, key, version }: Place,
  from: number,
  most: number,
  etag?: string,
): Promise<Stretch | 'missing' | 'replaced'> {
  try {
    const answer = await client.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(version !== undefined && { VersionId: version }),
        Range: `bytes=${from}-${from + most - 1}`,
        ...(etag !== undefined && { IfMatch: etag }),
      }),
    );
    const size = Number(/\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1]);
    invariant(
      answer.Body && Number.isSafeInteger(size),
      'S3 answers a range with its bytes and the size of all',
      {
        key,
      },
    );
    return { bytes: await answer.Body.transformToByteArray(), size, etag: unquoted(answer.ETag) };
  } catch (error) {
    if (isMissing(error)) return 'missing';
    if (isPrecondition(error)) return 'replaced';
    // An empty object has no range.
    if (isUnsatisfiable(error) && from === 0) return { bytes: new Uint8Array(), size: 0, etag: etag ?? '' };
    throw faultOf(error);
  }
}

const isUnsatisfiable = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'InvalidRange' ||
    (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode ===
      416);

async function wholeOf(client: S3Client, place: Place): Promise<Uint8Array | undefined> {
  let pieces: Uint8Array[] = [];
  let read = 0;
  let etag: string | undefined;
  for (;;) {
    const piece = await stretchOf(client, place, read, PIECE_BYTES, etag);
    if (piece === 'missing') return undefined;
    if (piece === 'replaced') {
      pieces = [];
      read = 0;
      etag = undefined;
      continue;
    }
    pieces.push(piece.bytes);
    read += piece.bytes.length;
    etag = piece.etag;
    if (read >= piece.size) return Buffer.concat(pieces);
  }
}
