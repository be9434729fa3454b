import { Buffer } from 'node:buffer';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { connect } from '../../../../adapters/aws/clients.ts';
import { instant, minutes } from '../../../../core/time/instant.ts';
import { EmbeddedCloud } from '../../../../embedded/cloud.ts';
import { Faults } from '../../../../embedded/faults/faults.ts';
import type { MixOptions } from '../../../../embedded/faults/mix.ts';
import type { Attempt } from '../../../../embedded/sdk/transport.ts';

export const HOME = 'eu-west-1';
export const AWAY = 'eu-central-1';
export const ACCOUNT = '111122223333';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/writer-${HOME}`;
export const ARN = `arn:aws:lambda:${HOME}:${ACCOUNT}:function:writer`;

/** A cloud with faults, a bucket, and a function that puts one object into it, under a key of its own each time. */
export function disturbedCloud(
  seed: number,
  { consumed = false, ...options }: MixOptions & { readonly consumed?: boolean } = {},
) {
  const faults = new Faults({ seed, ...options });
  const start = instant(Date.UTC(2026, 10, 1));
  const cloud = new EmbeddedCloud({ start, seed, account: ACCOUNT, disturbances: [faults] });
  cloud.s3.createBucket({
    name: 'box',
    region: HOME,
    account: ACCOUNT,
    versioning: true,
    eventBridge: false,
  });
  cloud.functions.createFunction({
    ...{ name: 'writer', arn: ARN, account: ACCOUNT, region: HOME, role: ROLE },
    ...{ environment: {}, timeoutSeconds: 600, memoryMb: 128 },
    load: async () => ({
      start: () => {
        const s3 = connect(new S3Client({ region: HOME }), 's3', HOME);
        return async (event) => {
          const { key } = event as { readonly key: string };
          await s3.send(new PutObjectCommand({ Bucket: 'box', Key: key, Body: Buffer.from(key) }));
          return null;
        };
      },
    }),
  });
  // What takes from this queue is the test's own.
  if (consumed)
    cloud.queues.createQueue({ name: 'work', account: ACCOUNT, region: HOME }).onVisible(() => {});
  faults.release(cloud);

  /** How an invocation ended, and whether its object is there. */
  const put = async (key: string) => {
    const invoked = cloud.functions.invoke(ARN, JSON.stringify({ key }));
    let done = false;
    invoked.finally(() => {
      done = true;
    });
    await cloud.world.runWhile(() => !done);
    const outcome = await invoked;
    await cloud.world.runUntil(instant(cloud.world.now() + minutes(1)));
    return { outcome, stored: [...cloud.s3.current('box')].some(([name]) => name === key) };
  };
  const attempt = (
    service: Attempt['service'],
    operation: string,
    input = {},
    owner = 'writer',
  ): Attempt => ({
    ...{ service, operation, input, owner, attempt: 1 },
    call: { account: ACCOUNT, region: HOME, principal: ROLE, now: cloud.world.now() },
  });
  return { cloud, faults, put, attempt };
}
