import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { invariant } from '../../core/errors/assert.ts';
import type { Installation } from '../../core/plan/installation.ts';
import { type Instant, instant } from '../../core/time/instant.ts';
import { orFault } from './faults.ts';

interface Configured {
  readonly installation: Installation;
  /** When the file was put there: the deployment that last changed the configuration. */
  readonly since: Instant;
}

/**
 * Reads the configuration that was deployed with the stack, once per sandbox: its key carries its hash, so a new
 * configuration is a new environment and with it a new sandbox. It was validated when the stack was synthesized.
 */
export function installationSource(
  client: S3Client,
  bucket: string,
  key: string,
): { read(): Promise<Configured> } {
  let read: Promise<Configured> | undefined;
  return {
    read() {
      // A failed read is not remembered: the next invocation of this sandbox tries again.
      read ??= fetchInstallation(client, bucket, key).catch((error) => {
        read = undefined;
        throw error;
      });
      return read;
    },
  };
}

function fetchInstallation(client: S3Client, bucket: string, key: string): Promise<Configured> {
  return orFault(async () => {
    const { Body, LastModified } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    invariant(Body && LastModified, 'S3 answers GetObject with a body and a date', { bucket, key });
    const installation = JSON.parse(await Body.transformToString()) as Installation;
    invariant(
      Array.isArray(installation.clusters) && Array.isArray(installation.plans),
      'the deployed configuration has clusters and plans',
      { bucket, key },
    );
    return { installation, since: instant(LastModified.getTime()) };
  });
}
