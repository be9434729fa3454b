import { expect } from 'vitest';
import { days, instant, later, milliseconds } from '../../../../core/time/instant.ts';
import { TablesApplication } from '../../../../embedded/applications/tables.ts';
import { World } from '../../../../embedded/clock/world.ts';
import type { CallAws } from '../../../../embedded/ecs/container.ts';
import { Kms } from '../../../../embedded/kms/kms.ts';
import { S3 } from '../../../../embedded/s3/s3.ts';
import { sdkError } from '../../../../embedded/sdk/transport.ts';
import { AwsError } from '../../../../embedded/service.ts';
import { brImage } from '../../../../embedded/tidb/br/program.ts';
import type { TidbCluster, TidbClusterOptions } from '../../../../embedded/tidb/cluster.ts';
import { TidbFleet } from '../../../../embedded/tidb/fleet.ts';

export const HOME = 'eu-central-1';
export const AWAY = 'eu-west-1';
const ACCOUNT = '111122223333';
/** Saturday, 2026-11-21T03:00:00Z. */
export const START = instant(Date.UTC(2026, 10, 21, 3));

/** How a container ended, and what it printed. */
export interface Ended {
  /** 137 when it was killed from outside. */
  exitCode: number | undefined;
  readonly lines: string[];
}

interface Surroundings {
  readonly region?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly securityGroups?: readonly string[];
  /** Kills the container so long after its start. */
  readonly killAfter?: number;
  /** Sends SIGTERM so long after its start. */
  readonly termAfter?: number;
}

/** A world with an S3, TiDB clusters, and containers that run BR against them. */
export class Bench {
  readonly world: World;
  readonly s3: S3;
  readonly fleet: TidbFleet;
  readonly dark = new Set<string>();
  /** Principals that S3 refuses, each with the operations it is refused. */
  readonly refused = new Map<string, readonly string[]>();
  /** How many more calls of a principal S3 answers with 503. */
  readonly stumbles = new Map<string, number>();

  constructor(seed = 1) {
    this.world = new World(START, seed);
    this.s3 = new S3({ random: this.world.random('s3'), kms: new Kms(this.world.random('kms')) });
    this.fleet = new TidbFleet(this.world, { isDark: (region) => this.dark.has(region) });
    for (const [name, region] of [
      ['vault', HOME],
      ['vault-away', AWAY],
    ] as const)
      this.s3.createBucket({ name, region, account: ACCOUNT, versioning: true, eventBridge: false });
  }

  cluster(name: string, options: Partial<TidbClusterOptions> = {}): TidbCluster {
    return this.fleet.addCluster({
      name,
      region: HOME,
      pd: [`${name}:2379`],
      tikv: this.callAs(`${name}-tikv`),
      ...options,
    });
  }

  /** A cluster that takes `orders` orders a day, the first day of them spread over the hours before now. */
  async shop(options: Partial<TidbClusterOptions> = {}): Promise<{
    readonly source: TidbCluster;
    readonly orders: TablesApplication;
  }> {
    const source = this.cluster('shop', options);
    const orders = new TablesApplication(this.world, source);
    orders.scheduleDay(300);
    await this.pass(days(1));
    return { source, orders };
  }

  callAs(principal: string): CallAws {
    return async (service, region, operation, input) => {
      await this.world.sleep(milliseconds(20));
      try {
        if (service !== 's3') throw new Error(`there is no ${service} on this bench`);
        if (this.refused.get(principal)?.includes(operation))
          throw new AwsError('AccessDenied', 'Access Denied', { status: 403, code: 'AccessDenied' });
        const stumbles = this.stumbles.get(principal) ?? 0;
        this.stumbles.set(principal, stumbles - 1);
        if (stumbles > 0) throw new AwsError('SlowDown', 'Please reduce your request rate.', { status: 503 });
        const call = { account: ACCOUNT, region, principal, now: this.world.now() };
        return this.s3.call(operation, input, call) as Readonly<Record<string, unknown>>;
      } catch (error) {
        throw error instanceof AwsError ? sdkError(error) : error;
      }
    };
  }

  /** Starts a container; it goes on as the world does. */
  start(argv: readonly string[], around: Surroundings = {}): Ended {
    const ended: Ended = { exitCode: undefined, lines: [] };
    let alive = true;
    const handlers: (() => void)[] = [];
    const never = () => new Promise<never>(() => {});
    const call = this.callAs('task');
    const run = {
      taskArn: 'arn:aws:ecs:eu-central-1:111122223333:task/holdfast/1',
      region: around.region ?? HOME,
      argv,
      environment: around.environment ?? {},
      network: { subnets: ['subnet-1'], securityGroups: around.securityGroups ?? ['sg-br'] },
      memoryMib: 4_096,
      print: (line: string) => void (alive && ended.lines.push(line)),
      call: (async (...of) => {
        const answer = await call(...of);
        return alive ? answer : never();
      }) as CallAws,
      sleep: async (duration: number) => {
        await this.world.sleep(milliseconds(duration));
        if (!alive) await never();
      },
      alive: () => alive,
      onTerm: (handler: () => void) => void handlers.push(handler),
    };
    const finish = (code: number) => {
      if (!alive) return;
      alive = false;
      ended.exitCode = code;
    };
    if (around.killAfter !== undefined) this.world.after(milliseconds(around.killAfter), () => finish(137));
    if (around.termAfter !== undefined)
      this.world.after(milliseconds(around.termAfter), () => {
        for (const handler of handlers) handler();
      });
    this.world.at(this.world.now(), async () => finish(await brImage(this.fleet)(run)));
    return ended;
  }

  /** Runs BR to its end. */
  async br(command: string, around: Surroundings = {}): Promise<Ended> {
    const ended = this.start(['/br', ...command.trim().split(/ +/)], around);
    await this.world.runWhile(() => ended.exitCode === undefined);
    return ended;
  }

  /** As `br`, and expects that it succeeds. Returns what it printed. */
  async succeed(command: string, around: Surroundings = {}): Promise<string[]> {
    const { exitCode, lines } = await this.br(command, around);
    expect(`${exitCode} ${lines.findLast((line) => line.startsWith('Error')) ?? ''}`).toBe('0 ');
    return lines;
  }

  /** As `br`, and expects that it fails with exit code 1. Returns its error line. */
  async refuse(command: string, around: Surroundings = {}): Promise<string> {
    const { exitCode, lines } = await this.br(command, around);
    expect(exitCode).toBe(1);
    return lines.findLast((line) => line.startsWith('Error:'))!;
  }

  async pass(duration: number): Promise<void> {
    await this.world.runUntil(later(this.world.now(), milliseconds(duration)));
  }

  /** Keys of a bucket below a prefix, relative to it. */
  keys(prefix: string, bucket = 'vault'): string[] {
    return [...this.s3.current(bucket, prefix)].map(([key]) => key.slice(prefix.length));
  }

  text(key: string, bucket = 'vault'): string {
    const found = [...this.s3.current(bucket, key)].find(([name]) => name === key);
    if (!found) throw new Error(`there is no ${key} in ${bucket}`);
    return found[1].body.toString('utf8');
  }

  delete(key: string, bucket = 'vault'): void {
    const principal = 'operator';
    const call = { account: ACCOUNT, region: HOME, principal, now: this.world.now() };
    this.s3.call('DeleteObject', { Bucket: bucket, Key: key }, call);
  }
}

export const S = 's3://vault';
