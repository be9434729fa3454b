import { Buffer } from 'node:buffer';
import { expect } from 'vitest';
import type { RestoreResult } from '../../cli/demo/restoring.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HoldfastInput, PlanInput } from '../../core/plan/input.ts';
import { minutes } from '../../core/time/instant.ts';
import type { FilesApplication } from '../../embedded/applications/files.ts';
import type { Attempt, Disturbance } from '../../embedded/sdk/transport.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { landingName, vaultName } from '../../lib/names.ts';
import { announcements, type Blueprint, ending } from '../support/world-of.ts';
import { restoreEqualsTruth } from './checkers/restores-equal-truth.ts';
import { AWAY, HOME } from './installations.ts';

/** Once a week, so that a test sees the runs that it starts itself. */
const seldom = (grace: '1h' | '1d', minimumKeep: number): PlanInput => ({
  rules: [{ name: 'weekly', cron: '0 3 ? * SUN *', deadline: '1h', flexibleWindow: '0s' }],
  retention: { keepLast: 1, minimumKeep },
  objectives: { rpo: '9d', rto: '4h', survives: 'region' },
  copyAllowance: '1h',
  grace,
});

const objects = (name: string) =>
  [name, { engine: 'objects', plan: 'files', bucket: `acme-${name}`, expectedSize: '1 GB' }] as const;

/** A cluster of a few files per mishap, so that none is in the way of another; and a database. */
export const installationFor = (...mishaps: readonly string[]): HoldfastInput => ({
  name: 'mishaps',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: { files: seldom('1h', 1), database: seldom('1d', 3) },
  clusters: {
    ...Object.fromEntries(mishaps.map(objects)),
    orders: {
      engine: 'aurora',
      plan: 'database',
      clusterId: 'orders',
      expectedSize: '250 GB',
      restoreInto: { [AWAY]: { subnetGroup: 'recovery', securityGroups: ['sg-0f2a9d1c'] } },
    },
  },
});

/** Runs something once, just before a call that a test waits for takes effect. */
export class Ambush implements Disturbance {
  #waiting: { readonly matches: (attempt: Attempt) => boolean; readonly strike: () => void } | undefined;

  /** When the first object of a bucket is about to be copied out of it. */
  beforeCopyFrom(bucket: string, strike: () => void): void {
    const matches = ({ operation, input }: Attempt) =>
      operation === 'CopyObject' && (input as { CopySource: string }).CopySource.startsWith(`${bucket}/`);
    this.#waiting = { matches, strike };
  }

  /** When the versions of a bucket are about to be listed. */
  beforeListing(bucket: string, strike: () => void): void {
    const matches = ({ operation, input }: Attempt) =>
      operation === 'ListObjectVersions' && (input as { Bucket: string }).Bucket === bucket;
    this.#waiting = { matches, strike };
  }

  get sprung(): boolean {
    return this.#waiting === undefined;
  }

  before(attempt: Attempt): void {
    const waiting = this.#waiting;
    if (!waiting?.matches(attempt)) return;
    this.#waiting = undefined;
    waiting.strike();
  }

  after(): void {}
}

/** A stage on which things go wrong, with the words for it. */
export class Mishaps {
  readonly stage: Stage;
  readonly heard: readonly HoldfastEvent[];
  readonly ambush = new Ambush();

  constructor(blueprint: Blueprint, seed: number) {
    this.stage = blueprint.stage(seed, this.ambush);
    this.heard = announcements(this.stage);
    for (const [name, files] of this.stage.files)
      for (const key of ['a.txt', 'b.txt', 'folder/c + d.txt'])
        files.write(key, Buffer.from(`${key} of ${name}, as it was at first\n`));
  }

  files(cluster: string): FilesApplication {
    return this.stage.files.get(cluster)!;
  }

  vault(region: string): string {
    return vaultName(this.stage.cloud.account, region);
  }

  landing(region: string): string {
    return landingName(this.stage.cloud.account, region);
  }

  /** A call of S3, RDS or KMS by a person who may do anything. */
  call(service: 's3' | 'rds' | 'kms', region: string, operation: string, input: object): object {
    const { cloud } = this.stage;
    const principal = `arn:aws:iam::${cloud.account}:root`;
    return cloud[service].call(operation, input, {
      account: cloud.account,
      region,
      principal,
      now: this.stage.now,
    });
  }

  async backup(cluster: string, more: object = {}): Promise<Execution> {
    // Ids carry the second, so two manual backups of one second would be one.
    await this.stage.run(minutes(1));
    return this.stage.execute(HOME, 'backup', { cluster, ...more });
  }

  /** A backup that succeeds, with its copy; answers the point's id. */
  async protect(cluster: string, more: object = {}): Promise<string> {
    const execution = await this.backup(cluster, more);
    expect(ending(execution).name).toBe('SUCCEEDED');
    await this.stage.run(minutes(cluster === 'orders' ? 90 : 5));
    return pointOf(execution);
  }

  /** A restore request as somebody types it; answers how it ended. */
  async ask(region: string, input: object): Promise<{ readonly name: string; readonly message: string }> {
    return ending(await this.stage.execute(region, 'restore', input));
  }

  /** Restores and compares: what the whole exercise is about. */
  async restores(region: string, cluster: string, to: string): Promise<RestoreResult> {
    const { result, violations } = await restoreEqualsTruth(this.stage, region, cluster, to);
    expect(violations).toEqual([]);
    return result;
  }

  /** What was announced about a cluster since `from` announcements, one line each. */
  told(cluster: string, from = 0): string[] {
    return this.heard
      .slice(from)
      .filter((event) => event.cluster === cluster)
      .map(({ name, region, reason }) => `${name} ${region}${reason ? ` ${reason.name}` : ''}`);
  }

  /** The one reason that was announced with an event about a cluster. */
  reasonFor(name: HoldfastEvent['name'], cluster: string): string {
    const event = this.heard.findLast((each) => each.name === name && each.cluster === cluster);
    return `${event?.reason?.name}: ${event?.reason?.message}`;
  }
}

export const pointOf = (execution: Execution): string =>
  (JSON.parse(execution.output!) as { capture: { recoveryPointId: string } }).capture.recoveryPointId;
