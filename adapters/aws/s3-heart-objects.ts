import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { invariant } from '../../core/errors/assert.ts';
import type { HeartObjects } from '../../core/ports/heart-object.ts';
import { faultOf, orFault } from './faults.ts';
import { isMissing } from './s3-names.ts';

/** Objects of one region, written under S3's conditions (PutObject, If-Match and If-None-Match). */
export const s3HeartObjects = (client: S3Client): HeartObjects => ({
  async read(bucket, key) {
    try {
      const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      invariant(Body && ETag, 'S3 answers GetObject with a body and an ETag', { bucket, key });
      return { text: await Body.transformToString(), etag: ETag };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw faultOf(error);
    }
  },
  async write(bucket, key, text, over) {
    await orFault(() =>
      client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: Buffer.from(text),
          ContentType: 'application/json',
          ChecksumAlgorithm: 'CRC64NVME',
          ...(over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over }),
        }),
      ),
    );
  },
});
