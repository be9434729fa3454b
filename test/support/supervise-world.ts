import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { connect } from '../../adapters/aws/clients.ts';
import { ecsContainers } from '../../adapters/aws/ecs-containers.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { tidbLog } from '../../adapters/engines/tidb/log.ts';
import type { LogDriver } from '../../core/engines/log-driver.ts';
import { recoveryPointId } from '../../core/ids/names.ts';
import type { LogChain } from '../../core/log/chain.ts';
import type { Plan } from '../../core/plan/installation.ts';
import { type Duration, type Instant, inSeconds, iso, minutes } from '../../core/time/instant.ts';
import type { SidesPorts } from '../../lambdas/shared/sides.ts';
import { look } from '../../lambdas/supervise/look-at-logs/look.ts';
import type { SupervisePorts } from '../../lambdas/supervise/ports.ts';
import { tend } from '../../lambdas/supervise/tend-logs/tend.ts';
import { lookAtLogs, tendLogs, type Work } from '../../workflows/contracts/supervise.ts';
import { PLAN, TaskWorld } from './task-world.ts';
import { HOME, RECOVERY, TidbWorld, type TidbWorldOptions, VAULTS } from './tidb-world.ts';

export { HOME, RECOVERY } from './tidb-world.ts';

/** The log of a TiDB cluster `shop`, looked after by the tasks of `holdfast-supervise` over genuine clients. */
export class SuperviseWorld {
  readonly tidb: TidbWorld;
  readonly tasks = new TaskWorld();
  readonly logs: LogDriver;
  plan: Plan = {
    ...PLAN,
    name: 'standard',
    rules: [{ ...PLAN.rules[1]!, name: 'weekly', cron: '0 0 ? * SUN *' }],
    objectives: { ...PLAN.objectives, rpo: minutes(5) },
    logBackup: true,
  };
  #executions = 0;

  constructor(options: TidbWorldOptions = {}) {
    this.tidb = new TidbWorld(options);
    const { cloud } = this.tidb;
    const regions = [HOME, RECOVERY];
    const each = <T>(make: (region: string) => T) => {
      const made = new Map(regions.map((region) => [region, make(region)]));
      return (region: string): T => made.get(region)!;
    };
    const key = each((region) => cloud.kms.createKey({ region, account: '111122223333', now: this.now }).arn);
    this.logs = tidbLog({
      store: each((region) => s3ObjectStore(connect(new S3Client({ region }), 's3', region), region)),
      vaults: VAULTS,
      vaultKeys: { [HOME]: key(HOME), [RECOVERY]: key(RECOVERY) },
      home: HOME,
      containers: ecsContainers({
        ecs: each((region) => connect(new ECSClient({ region }), 'ecs', region)),
        logs: each((region) => connect(new CloudWatchLogsClient({ region }), 'cloudwatch-logs', region)),
      }),
    });
    this.tidb.create();
  }

  ports(region = HOME): SupervisePorts & SidesPorts {
    this.tasks.installation = {
      ...this.tasks.installation,
      plans: [this.plan],
      clusters: [this.tidb.cluster],
    };
    return { ...this.tasks.ports(region), logs: (engine) => (engine === 'tidb' ? this.logs : undefined) };
  }

  get now(): Instant {
    return this.tidb.now();
  }

  wait(duration: Duration): Promise<void> {
    return this.tidb.wait(inSeconds(duration));
  }

  /**
   * One execution of `holdfast-supervise`, to its end. Answers how it ended.
   * @param lost how often the answer of each task is lost, so that it runs again
   */
  async supervise(region = HOME, lost = 0): Promise<Work> {
    const execution = `execution-${++this.#executions}`;
    const startedAt = iso(this.now);
    let work = lookAtLogs.output.parse(await this.settled(look({}, this.ports(region), this.now)));
    while (work.outcome === 'tend') {
      const input = tendLogs.input.parse({ execution, startedAt, state: { work } });
      for (let attempt = 0; attempt < lost; attempt++) {
        await this.settled(tend(input, this.ports(region), this.now));
        await this.wait(minutes(1));
      }
      work = tendLogs.output.parse(await this.settled(tend(input, this.ports(region), this.now)));
      if (work.outcome === 'tend') await this.tidb.wait(work.pollAfterSeconds);
    }
    return work;
  }

  /** Executions as often as the schedule starts them, for so long. */
  async superviseFor(duration: Duration, every = minutes(10)): Promise<void> {
    const until = this.now + duration;
    while (this.now < until) {
      await this.supervise();
      await this.wait(every);
    }
  }

  /** What a backup that was started leaves: a full in the catalog, of this moment, proven in the cluster's region. */
  async full(): Promise<string> {
    const { catalog } = this.tasks;
    const { now } = this;
    const id = recoveryPointId('shop', 'weekly', now);
    const common = { id, cluster: 'shop', region: HOME, takenAt: now } as const;
    await catalog.open({
      ...common,
      engine: 'tidb',
      plan: 'standard',
      rule: 'weekly',
      state: 'sealed',
      scheduledAt: now,
      openedAt: now,
      execution: 'x',
    });
    await catalog.openCopy({ ...common, state: 'proven', startedAt: now });
    return id;
  }

  async chains(region = HOME): Promise<readonly LogChain[]> {
    return this.tasks.catalog.chains('shop', region);
  }

  /** Reasons that were told of a log at risk, in order. */
  risks(): readonly string[] {
    return this.tasks.events.filter(({ name }) => name === 'LogAtRisk').map(({ reason }) => reason!.name);
  }

  /** Names of objects of a chain, without its folder. */
  files(chain: string, region = HOME): readonly string[] {
    const prefix = `shop/log/${chain}/`;
    return [...this.tidb.cloud.s3.current(VAULTS[region]!, prefix)].map(([key]) => key.slice(prefix.length));
  }

  /** Brings the log of a chain to the other region as it is now, with its record. */
  async follow(chain: string): Promise<void> {
    const { s3 } = this.tidb.cloud;
    const call = { account: '111122223333', region: RECOVERY, principal: 'follower', now: this.now };
    for (const [Key, { body }] of [...s3.current(VAULTS[HOME]!, `shop/log/${chain}/`)])
      s3.call('PutObject', { Bucket: VAULTS[RECOVERY], Key, Body: body }, call);
    const { catalog } = this.tasks;
    const home = await catalog.chain({ cluster: 'shop', region: HOME, chain });
    await catalog.openChain({ ...home!, region: RECOVERY });
  }

  /** Lets the world go on until a call has its answer. */
  async settled<T>(work: Promise<T>): Promise<T> {
    let going = true;
    const done = work.finally(() => {
      going = false;
    });
    done.catch(() => {});
    await this.tidb.cloud.world.runWhile(() => going);
    return done;
  }
}
