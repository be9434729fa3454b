import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HoldfastError } from '../../core/errors/registry.ts';
import type { Mark } from '../../core/log/chain.ts';
import type { Cluster, Installation, Plan } from '../../core/plan/installation.ts';
import type { CaughtError } from '../../core/ports/executions.ts';
import { days, hours, type Instant, minutes, parseInstant } from '../../core/time/instant.ts';
import type { TaskPorts } from '../../lambdas/shared/ports.ts';
import { MemoryApprovals, MemoryWaiting } from './memory-approvals.ts';
import { MemoryCatalog } from './memory-catalog.ts';
import { MemoryDrills } from './memory-drills.ts';
import { MemoryDriver } from './memory-driver.ts';
import { MemoryGroups } from './memory-groups.ts';
import { MemoryReceipts } from './memory-receipts.ts';
import { MemorySwitchboard } from './memory-switchboard.ts';

export const HOME = 'eu-west-1';
export const RECOVERY = 'eu-central-1';

export const time = (text: string): Instant => parseInstant(text)!;

export const PLAN: Plan = {
  name: 'gold',
  timeZone: 'UTC',
  rules: [
    { name: 'hourly', cron: '0 * * * ? *', flexibleWindow: minutes(5), deadline: hours(2), kind: 'full' },
    { name: 'daily', cron: '0 0 * * ? *', flexibleWindow: minutes(5), deadline: hours(4), kind: 'full' },
  ],
  retention: { keepLast: 2, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimumKeep: 1 },
  copyTo: [RECOVERY],
  objectives: { rpo: hours(2), rto: hours(4), survives: 'region' },
  grace: days(3),
  maxExpireShare: 0.5,
  copyAllowance: minutes(30),
  logBackup: false,
};

export const cluster = (name: string): Cluster => ({
  name,
  plan: 'gold',
  engine: 'objects',
  bucket: `${name}-files`,
  prefix: '',
  expectedBytes: 1e9,
  restoreBytesPerSecond: 1e8,
  restoreInto: {},
});

export const INSTALLATION: Installation = {
  name: 'test',
  regions: { primary: HOME, recovery: [RECOVERY] },
  plans: [PLAN],
  clusters: [cluster('orders'), cluster('billing')],
  groups: [],
  approvals: { inPlace: 'four-eyes', within: hours(1) },
  vaultLock: undefined,
  notify: { emails: [] },
};

interface Started {
  readonly machine: string;
  readonly name: string;
  readonly input: string;
}

/** The ports of all tasks over one memory: what a task leaves there is what a test asks about. */
export class TaskWorld {
  readonly catalog = new MemoryCatalog();
  readonly groups = new MemoryGroups();
  /** The other region's replica of the same, where it answers. */
  elsewhere: Pick<MemoryGroups, 'epoch'> = this.groups;
  readonly drills = new MemoryDrills();
  readonly receipts = new MemoryReceipts();
  /** Region and key → page. */
  readonly pages = new Map<string, string>();
  readonly approvals = new MemoryApprovals();
  readonly waiting = new MemoryWaiting();
  readonly driver = new MemoryDriver();
  readonly events: HoldfastEvent[] = [];
  /** What lies in a region's vault as a chain's checkpoint, `region/chain`. */
  readonly checkpoints = new Map<string, Mark>();
  readonly metrics: {
    readonly name: string;
    readonly value: number;
    readonly cluster: string | undefined;
  }[] = [];
  readonly errors: string[] = [];
  readonly #boards = new Map<string, MemorySwitchboard>();
  readonly started: Started[] = [];
  readonly files = new Map<string, Uint8Array>();
  /** What a child of a Map failed of, where one did. */
  failedChild: CaughtError | undefined;
  installation = INSTALLATION;
  since = time('2026-11-01T00:00:00Z');
  /** Machines whose start fails, by execution name. */
  readonly unreachable = new Map<string, HoldfastError>();

  /** As a function in `region` would see it. */
  ports(region = HOME): TaskPorts {
    return {
      region,
      home: HOME,
      role: region === HOME ? 'primary' : 'recovery',
      configuration: { read: async () => ({ installation: this.installation, since: this.since }) },
      catalog: this.catalog,
      groups: this.groups,
      groupsIn: () => this.elsewhere,
      movesIn: () => ({ groups: this.groups, approvals: this.approvals }),
      drills: this.drills,
      receipts: this.receipts,
      pages: {
        placeIn: (at) => ({
          bucket: `vault-${at}`,
          key: `arn:aws:kms:${at}:111122223333:alias/vault`,
          account: '111122223333',
        }),
        put: async (at, key, text) => void this.pages.set(`${at} ${key}`, text),
      },
      approvals: this.approvals,
      waiting: this.waiting,
      machineArns: {
        answer: `arn:aws:states:${region}:111122223333:stateMachine:holdfast-answer`,
        restore: `arn:aws:states:${region}:111122223333:stateMachine:holdfast-restore`,
      },
      drivers: () => this.driver,
      driversHere: () => this.driver,
      checkpointIn: async (_cluster, where, chain) => this.checkpoints.get(`${where}/${chain}`),
      announcer: { announce: async (event) => void this.events.push(event) },
      executions: { failedChild: async () => this.failedChild },
      machines: { start: async (machine, name, input) => this.#start(machine, name, JSON.stringify(input)) },
      vault: {
        bucket: `vault-${region}`,
        store: {
          get: async (bucket, key) => this.files.get(`${bucket}/${key}`),
          put: async (bucket, key, body) => void this.files.set(`${bucket}/${key}`, body),
        },
      },
      landing: `restored-${region}`,
      landings: (where) => `restored-${where}`,
      switchboards: (where) => this.switchboard(where),
      telemetry: {
        info: () => undefined,
        error: (message) => void this.errors.push(message),
        metric: (name, _unit, value, of = {}) =>
          void this.metrics.push({ name, value, cluster: of['cluster'] }),
      },
    };
  }

  /** What a region's applications read, by its name. */
  switchboard(region: string): MemorySwitchboard {
    const board = this.#boards.get(region) ?? new MemorySwitchboard();
    this.#boards.set(region, board);
    return board;
  }

  names(): readonly string[] {
    return this.events.map(({ name }) => name);
  }

  async #start(machine: string, name: string, input: string): Promise<{ first: boolean }> {
    const unreachable = this.unreachable.get(name);
    if (unreachable) throw unreachable;
    if (this.started.some((other) => other.machine === machine && other.name === name))
      return { first: false };
    this.started.push({ machine, name, input });
    return { first: true };
  }
}
