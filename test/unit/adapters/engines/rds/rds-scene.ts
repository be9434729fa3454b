import { RDSClient } from '@aws-sdk/client-rds';
import { connect, registerTransport } from '../../../../../adapters/aws/clients.ts';
import { rdsDriver } from '../../../../../adapters/engines/rds/driver.ts';
import type { RecoveryPoint, RestoreRecord } from '../../../../../core/catalog/recovery-point.ts';
import type {
  CaptureSpec,
  CopySpec,
  Cursor,
  EngineDriver,
  RestoreSpec,
  RestoreTarget,
  Step,
} from '../../../../../core/engines/driver.ts';
import type { Reason } from '../../../../../core/errors/registry.ts';
import { recoveryPointId, restoreId } from '../../../../../core/ids/names.ts';
import type { RdsCluster } from '../../../../../core/plan/installation.ts';
import { hours, type Instant, later, seconds } from '../../../../../core/time/instant.ts';
import type { Rows } from '../../../../../embedded/rds/rows.ts';
import { sdkError } from '../../../../../embedded/sdk/transport.ts';
import { AwsError } from '../../../../../embedded/service.ts';
import { ELSEWHERE, HOME, keyIn, ORDERS, RdsAccount } from '../../../embedded/rds/rds-account.ts';
import { VaultInMemory } from './vault-in-memory.ts';

export const CLUSTER: RdsCluster = {
  name: 'shop',
  plan: 'gold',
  engine: 'aurora',
  clusterId: 'orders',
  expectedBytes: 1,
  restoreBytesPerSecond: 1,
  restoreInto: {},
};

/** What the cluster has besides rows: a restore has to bring all of it back. */
export const SETTINGS = {
  port: 5_433,
  masterUsername: 'shopkeeper',
  subnetGroup: 'private',
  securityGroups: ['sg-shop'],
  parameterGroup: {
    name: 'shop-tuned',
    parameters: Object.fromEntries(Array.from({ length: 23 }, (_, i) => [`setting_${i}`, `${i}`])),
  },
  iamAuthentication: true,
  backupRetentionDays: 14,
  deletionProtection: true,
  logExports: ['postgresql'],
  lifecycleSupport: 'open-source-rds-extended-support-disabled',
  tags: { team: 'shop' },
  instances: [
    { instanceClass: 'db.r6g.large', promotionTier: 0, availabilityZone: 'eu-west-1b' },
    { instanceClass: 'db.r6g.xlarge', promotionTier: 2 },
  ],
};

type LostAnswer = (operation: string) => boolean;

/** The driver over the genuine SDK client and the embedded RDS, with a clock that the scene moves as it polls. */
export class RdsScene {
  readonly account = new RdsAccount();
  readonly vaults = new Map([HOME, ELSEWHERE].map((region) => [region, new VaultInMemory(region)]));
  readonly driver: EngineDriver;
  readonly calls: string[] = [];
  #hours = 0;
  /** Says after which calls the answer is lost although the effect has taken place. */
  loses: LostAnswer = () => false;
  /** Runs before a call reaches RDS: someone else may be faster. */
  before: (operation: string) => void = () => {};

  constructor(seed: object = SETTINGS, cluster: RdsCluster = CLUSTER) {
    this.account.rds.seedCluster({ ...ORDERS, ...seed });
    registerTransport((_service, region) => async (operation, input) => {
      this.calls.push(`${region} ${operation}`);
      this.before(operation);
      try {
        const output = this.account.call(operation, input, region);
        if (this.loses(operation)) throw new AwsError('TimeoutError', 'the answer was lost', { status: 504 });
        return output;
      } catch (error) {
        throw error instanceof AwsError ? sdkError(error) : error;
      }
    });
    this.driver = rdsDriver(cluster.engine, {
      rds: (region) => connect(new RDSClient({ region }), 'rds', region),
      store: (region) => this.vaults.get(region)!,
      vaults: { [HOME]: 'vault-home', [ELSEWHERE]: 'vault-elsewhere' },
      vaultKeys: { [HOME]: keyIn(HOME), [ELSEWHERE]: keyIn(ELSEWHERE) },
      home: HOME,
    });
  }

  get now(): Instant {
    return this.account.now;
  }

  point(rule = 'hourly', cluster = CLUSTER): RecoveryPoint {
    return {
      id: recoveryPointId(cluster.name, rule, this.now),
      cluster: cluster.name,
      engine: cluster.engine,
      plan: 'gold',
      rule,
      region: HOME,
      state: 'capturing',
      scheduledAt: this.now,
      openedAt: this.now,
      execution: 'arn:execution',
    };
  }

  capturing(point = this.point(), cluster = CLUSTER): CaptureSpec {
    return { cluster, point, now: this.now };
  }

  /** Polls until there is an outcome, as the machine does, and returns every step on the way. */
  async until(first: Step, poll: (cursor: Cursor) => Promise<Step>): Promise<readonly [Step, ...Step[]]> {
    const steps: [Step, ...Step[]] = [first];
    for (let step = first; step.outcome === 'running' || step.outcome === 'waiting'; ) {
      if (steps.length > 200) throw new Error(`no outcome after 200 polls: ${step.doing}`);
      this.account.advance(seconds(step.pollAfterSeconds));
      step = await poll(step.cursor);
      steps.push(step);
    }
    return steps;
  }

  /** A sealed recovery point. */
  async sealed(point = this.point(), cluster = CLUSTER): Promise<RecoveryPoint> {
    const spec = this.capturing(point, cluster);
    const ready = (await this.until(await this.driver.begin(spec), (c) => this.driver.poll(spec, c))).at(-1)!;
    if (ready.outcome !== 'ready') throw new Error(`not ready: ${JSON.stringify(ready)}`);
    const captured = ready.takenAt === undefined ? point : { ...point, takenAt: ready.takenAt };
    const verdict = await this.driver.verify({ ...spec, point: captured }, ready.cursor);
    if (!verdict.sound) throw new Error(`unsound: ${verdict.reason.message}`);
    return { ...captured, state: 'sealed', content: verdict.index.recoveryPoint.content! };
  }

  copying(point: RecoveryPoint): CopySpec {
    return { cluster: CLUSTER, point, region: ELSEWHERE, base: undefined, now: this.now };
  }

  /** A copy that has been proven elsewhere. */
  async copied(point: RecoveryPoint): Promise<void> {
    const spec = this.copying(point);
    const ready = (
      await this.until(await this.driver.beginCopy(spec), (c) => this.driver.pollCopy(spec, c))
    ).at(-1)!;
    if (ready.outcome !== 'ready') throw new Error(`not copied: ${JSON.stringify(ready)}`);
    const verdict = await this.driver.prove(spec, ready.cursor);
    if (!verdict.sound) throw new Error(`not proven: ${verdict.reason.message}`);
  }

  restoring(
    point: RecoveryPoint,
    region: string = HOME,
    target: RestoreTarget = {},
    instant: Instant = point.takenAt ?? point.scheduledAt,
    cluster = CLUSTER,
  ): RestoreSpec {
    const id = restoreId(cluster.name, this.now, 'an execution');
    const restore: RestoreRecord = {
      id,
      cluster: cluster.name,
      region,
      state: 'restoring',
      instant,
      target: id,
      startedAt: this.now,
    };
    const nativePointInTime = instant !== (point.takenAt ?? point.scheduledAt);
    return { cluster, point, instant, nativePointInTime, region, target, restore, now: this.now };
  }

  async restored(spec: RestoreSpec): Promise<Step> {
    const first = await this.driver.beginRestore(spec);
    return (await this.until(first, (cursor) => this.driver.pollRestore(spec, cursor))).at(-1)!;
  }

  /** Rows come and go for a while: every hour something is added, changed or removed. */
  live(forHours: number): void {
    for (const end = this.#hours + forHours; this.#hours < end; this.#hours++) {
      const hour = this.#hours;
      this.account.advance(hours(1));
      this.account.write(`${hour}`, { hour });
      this.account.write('counter', { hour });
      if (hour % 3 === 2) this.account.write(`${hour - 2}`, null);
    }
  }

  later(by: number): Instant {
    return later(this.now, seconds(by));
  }
}

export const rowsOf = (scene: RdsScene, spec: RestoreSpec): Rows =>
  scene.account.rds.rowsAt(spec.target.clusterId ?? spec.restore.id, spec.region, scene.now);

export const namesOf = (reasons: readonly Reason[]): string[] => reasons.map((reason) => reason.name);

/** The other region has a network, as a deployment prepares it. */
export function prepareElsewhere(scene: RdsScene): { subnetGroup: string; securityGroups: string[] } {
  const network = { subnetGroup: 'private', securityGroups: ['sg-elsewhere'] };
  scene.account.rds.seedNetwork(ELSEWHERE, network);
  return network;
}
