import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { connect, registerTransport } from '../../adapters/aws/clients.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { type RdsEngine, rdsDriver } from '../../adapters/engines/rds/driver.ts';
import type { EngineDriver, RestoreTarget } from '../../core/engines/driver.ts';
import type { RdsCluster } from '../../core/plan/installation.ts';
import { type Instant, instant, later, seconds } from '../../core/time/instant.ts';
import { Streams } from '../../embedded/random/streams.ts';
import { EmbeddedRds } from '../../embedded/rds/service.ts';
import { S3 } from '../../embedded/s3/s3.ts';
import type { Content, DriverFixture } from '../conformance/driver-suite.ts';
import { ACCOUNT, directTransport } from './direct-transport.ts';

const HOME = 'eu-west-1';
const RECOVERY = 'eu-central-1';
const VAULTS: Readonly<Record<string, string>> = { [HOME]: 'vault-home', [RECOVERY]: 'vault-recovery' };
const keyIn = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:alias/holdfast-vault`;

/** RDS's own name and port for each engine. */
const AS_IN_RDS = {
  aurora: { engine: 'aurora-postgresql', port: 5_432 },
  documentdb: { engine: 'docdb', port: 27_017 },
  neptune: { engine: 'neptune', port: 8_182 },
} as const;

/** A cluster with rows in an embedded RDS, vaults in two regions, and a driver over them. */
export class AuroraWorld implements DriverFixture {
  readonly home = HOME;
  readonly recovery = RECOVERY;
  readonly cluster: RdsCluster;
  readonly driver: EngineDriver;
  readonly #rds: EmbeddedRds;
  /** What the application wrote, kept apart from the service that is to bring it back. */
  readonly #truth: { readonly at: Instant; readonly key: string; readonly value: string | undefined }[] = [];
  #now = instant(Date.UTC(2026, 10, 21, 3, 0, 0, 250));
  #targets = 0;

  constructor(engine: RdsEngine) {
    const streams = new Streams(1);
    const s3 = new S3({ random: streams.stream('s3') });
    for (const [region, name] of Object.entries(VAULTS))
      s3.createBucket({ name, region, account: ACCOUNT, versioning: true, eventBridge: false });
    this.#rds = new EmbeddedRds({
      chance: streams.stream('rds'),
      account: ACCOUNT,
      checkKey: (region, key) => {
        if (!key.startsWith(`arn:aws:kms:${region}:`)) throw new Error(`${key} is not a key of ${region}`);
      },
      isDark: () => false,
    });
    registerTransport(directTransport([s3, this.#rds], { now: () => this.#now }));
    this.cluster = {
      name: 'orders',
      engine,
      plan: 'standard',
      clusterId: 'orders-db',
      expectedBytes: 1,
      restoreBytesPerSecond: 1,
      restoreInto: {},
    };
    this.#seed();
    this.driver = rdsDriver(engine, {
      rds: (region) => connect(new RDSClient({ region }), 'rds', region),
      store: (region) => s3ObjectStore(connect(new S3Client({ region }), 's3', region), region),
      vaults: VAULTS,
      vaultKeys: { [HOME]: keyIn(HOME), [RECOVERY]: keyIn(RECOVERY) },
      home: HOME,
    });
  }

  #seed(): void {
    this.#rds.seedCluster({
      ...AS_IN_RDS[this.cluster.engine],
      region: HOME,
      clusterId: 'orders-db',
      createdAt: this.#now,
      kmsKeyId: keyIn(HOME),
      subnetGroup: 'private',
      securityGroups: ['sg-orders'],
      instances: [{ instanceClass: 'db.r6g.large' }, { instanceClass: 'db.r6g.large', promotionTier: 5 }],
      volumeGib: 5,
    });
    this.#rds.seedNetwork(RECOVERY, { subnetGroup: 'private', securityGroups: ['sg-recovery'] });
  }

  now(): Instant {
    return this.#now;
  }

  wait(s: number): void {
    this.#now = later(this.#now, seconds(s));
  }

  #write(id: string, value: string | undefined): void {
    const values = value === undefined ? null : { value };
    this.#rds.write('orders-db', HOME, { table: 'orders', id, values }, this.#now);
    this.#truth.push({ at: this.#now, key: `orders/${id}`, value });
  }

  create(): void {
    for (let n = 0; n < 50; n++) this.#write(`${n}`, `first value of ${n}`);
  }

  mutate(round: number): void {
    this.#write('0', `changed in round ${round}`);
    this.#write(`new-${round}`, `added in round ${round}`);
    this.#write(`${10 + round}`, undefined);
    this.#write('here and gone', round % 2 === 0 ? 'here' : undefined);
  }

  truth(at: Instant): Content {
    const content = new Map<string, string>();
    for (const write of this.#truth.filter((one) => one.at <= at))
      if (write.value === undefined) content.delete(write.key);
      else content.set(write.key, write.value);
    return content;
  }

  target(region: string): RestoreTarget {
    const securityGroups = [region === HOME ? 'sg-orders' : 'sg-recovery'];
    return { clusterId: `restored-${++this.#targets}`, subnetGroup: 'private', securityGroups };
  }

  drill(region: string, id: string) {
    const target = { ...this.target(region), clusterId: id };
    const content = (): Content =>
      this.#rds.stays(id, region, this.#now) ? this.restored(region, target) : new Map();
    return { target, called: id, content };
  }

  restored(region: string, target: RestoreTarget): Content {
    const rows = this.#rds.rowsAt(target.clusterId ?? '', region, this.#now);
    return new Map([...rows].map(([key, values]) => [key, String(values['value'])]));
  }
}
