import { readFileSync } from 'node:fs';
import { seconds } from '../../core/time/instant.ts';
import type { EmbeddedCloud } from '../cloud.ts';
import type { Startable } from '../functions/sandbox.ts';
import type { Assembly, FileAsset } from './assembly.ts';
import { compute, INERT } from './creators/compute.ts';
import { containers } from './creators/containers.ts';
import { eventing } from './creators/events.ts';
import { feeds } from './creators/feeds.ts';
import { messaging } from './creators/messaging.ts';
import { permissions } from './creators/permissions.ts';
import { storage } from './creators/storage.ts';
import { type Creators, deployStack, type Exports, type Resources } from './deploy.ts';
import { updateStack } from './update.ts';

/** Loads a function's handler from its entry, a path relative to the project's root. */
export type LoadHandler = (entry: string) => Promise<Startable>;

/** Handlers from their sources, as Node runs them. */
export const fromSources: LoadHandler = async (entry) => {
  const module = (await import(new URL(`../../${entry}`, import.meta.url).href)) as { handler: Startable };
  return module.handler;
};

/** The change of one function, policy or schedule takes about this long. */
const CHANGE_SECONDS: readonly [number, number] = [3, 40];

/** What `cdk deploy --all` has deployed into a cloud, and what it does with the next assembly. */
export class Deployment {
  readonly #cloud: EmbeddedCloud;
  readonly #creators: Creators;
  readonly #stacks = new Map<string, Resources>();
  readonly #exports: Exports = new Map();
  #underWay = false;

  constructor(cloud: EmbeddedCloud, load: LoadHandler) {
    const { functions, states, iam } = cloud;
    this.#cloud = cloud;
    this.#creators = {
      ...INERT,
      ...storage(cloud),
      ...permissions(iam),
      ...compute({ functions, states, iam, load }),
      ...containers(cloud),
      ...eventing(cloud),
      ...messaging(cloud),
      ...feeds(cloud),
    };
  }

  /** Whether an update is under way. */
  get busy(): boolean {
    return this.#underWay;
  }

  /** Uploads the files, then deploys the stacks in order. No time passes. */
  create({ files, stacks }: Assembly): void {
    for (const file of files) this.#upload(file);
    for (const stack of stacks)
      this.#stacks.set(stack.name, deployStack(stack, this.#creators, this.#exports));
  }

  /**
   * Updates the stacks one after another, which takes minutes, and longer when a region is dark. Stacks that the
   * assembly does not have are left as they are, as `cdk deploy --all` leaves them. Throws while another one is under way.
   */
  async update({ files, stacks }: Assembly): Promise<void> {
    if (this.#underWay)
      throw new Error('a deployment is under way: CloudFormation refuses to update a stack twice at a time');
    this.#underWay = true;
    try {
      for (const file of files) this.#upload(file);
      for (const stack of stacks) {
        const there = this.#stacks.get(stack.name);
        const parts = { cloud: this.#cloud, creators: this.#creators, exports: this.#exports };
        if (there) await updateStack(there, stack, { ...parts, pace: () => this.#pace(stack.region) });
        else this.#stacks.set(stack.name, deployStack(stack, this.#creators, this.#exports));
      }
    } finally {
      this.#underWay = false;
    }
  }

  async #pace(region: string): Promise<void> {
    const { world, daylight } = this.#cloud;
    await world.sleep(seconds(world.random('cloudformation').between(...CHANGE_SECONDS)));
    if (daylight.isDark(region)) await daylight.of(region);
  }

  /** The key of a file carries its hash, and what is there already is not uploaded again. */
  #upload(file: FileAsset): void {
    const { account, world, s3 } = this.#cloud;
    if (!s3.bucket(file.bucket))
      s3.createBucket({
        name: file.bucket,
        region: file.region,
        account,
        versioning: false,
        eventBridge: false,
      });
    if ([...s3.current(file.bucket)].some(([key]) => key === file.key)) return;
    s3.call(
      'PutObject',
      { Bucket: file.bucket, Key: file.key, Body: readFileSync(file.path) },
      { account, region: file.region, principal: `arn:aws:iam::${account}:root`, now: world.now() },
    );
  }
}

/** Deploys a synthesized assembly into a cloud that has nothing of it yet. */
export function deploy(
  cloud: EmbeddedCloud,
  assembly: Assembly,
  load: LoadHandler = fromSources,
): Deployment {
  const deployment = new Deployment(cloud, load);
  deployment.create(assembly);
  return deployment;
}
