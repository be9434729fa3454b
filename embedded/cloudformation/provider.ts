import { readFileSync } from 'node:fs';
import type { EmbeddedCloud } from '../cloud.ts';
import type { Startable } from '../functions/sandbox.ts';
import type { Assembly } from './assembly.ts';
import { compute, INERT } from './creators/compute.ts';
import { eventing } from './creators/events.ts';
import { messaging } from './creators/messaging.ts';
import { permissions } from './creators/permissions.ts';
import { storage } from './creators/storage.ts';
import { deployStack, type Exports } from './deploy.ts';

/** Loads a function's handler from its entry, a path relative to the project's root. */
export type LoadHandler = (entry: string) => Promise<Startable>;

/** Handlers from their sources, as Node runs them. */
export const fromSources: LoadHandler = async (entry) => {
  const module = (await import(new URL(`../../${entry}`, import.meta.url).href)) as { handler: Startable };
  return module.handler;
};

/** What `cdk deploy --all` does with a synthesized assembly: uploads its files, then deploys its stacks in order. */
export function deploy(cloud: EmbeddedCloud, assembly: Assembly, load: LoadHandler = fromSources): void {
  const { account, world, s3, iam } = cloud;
  const root = `arn:aws:iam::${account}:root`;
  for (const file of assembly.files) {
    if (!s3.bucket(file.bucket))
      s3.createBucket({
        name: file.bucket,
        region: file.region,
        account,
        versioning: false,
        eventBridge: false,
      });
    s3.call(
      'PutObject',
      { Bucket: file.bucket, Key: file.key, Body: readFileSync(file.path) },
      { account, region: file.region, principal: root, now: world.now() },
    );
  }
  const creators = {
    ...INERT,
    ...storage(cloud),
    ...permissions(iam),
    ...compute({ functions: cloud.functions, states: cloud.states, iam, load }),
    ...eventing(cloud),
    ...messaging(cloud),
  };
  const exports: Exports = new Map();
  for (const stack of assembly.stacks) deployStack(stack, creators, exports);
}
