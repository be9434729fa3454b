import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { Stock } from '../../core/ports/stock.ts';
import { instant } from '../../core/time/instant.ts';
import { orFault } from './faults.ts';
import { checksumAt } from './s3-copy-answers.ts';
import { listedKey } from './s3-names.ts';

/** What lies in one vault: folders by a listing that S3 sums up itself, objects page by page. */
export function s3Stock(
  client: S3Client,
  bucket: string,
): {
  folders(prefix: string): Promise<readonly string[]>;
  objects(prefix: string, after?: string): ReturnType<Stock['objects']>;
  has(key: string): Promise<boolean>;
} {
  return {
    folders: (prefix) => folders(client, bucket, prefix),
    objects: (prefix, after) => objects(client, bucket, prefix, after),
    has: async (key) => (await checksumAt(client, bucket, key)) !== undefined,
  };
}

/** A thousand folders a page, however much lies in them. */
async function folders(client: S3Client, bucket: string, prefix: string): Promise<readonly string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = await orFault(() =>
      client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          Delimiter: '/',
          EncodingType: 'url',
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      ),
    );
    for (const { Prefix = '' } of page.CommonPrefixes ?? [])
      names.push(listedKey(Prefix).slice(prefix.length, -1));
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return names;
}

async function objects(
  client: S3Client,
  bucket: string,
  prefix: string,
  after: string | undefined,
): ReturnType<Stock['objects']> {
  const page = await orFault(() =>
    client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        EncodingType: 'url',
        ...(after !== undefined && { StartAfter: after }),
      }),
    ),
  );
  const found = (page.Contents ?? []).map(({ Key = '', LastModified }) => ({
    key: listedKey(Key),
    modifiedAt: instant(LastModified?.getTime() ?? 0),
  }));
  const last = found.at(-1)?.key;
  return { objects: found, ...(page.IsTruncated && last !== undefined && { next: last }) };
}
