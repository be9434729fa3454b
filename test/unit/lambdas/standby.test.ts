import { beforeEach, describe, expect, test } from 'vitest';
import type { HoldfastEvent } from '../../../core/catalog/events.ts';
import type { StandbyDriver } from '../../../core/engines/standby-driver.ts';
import { ServiceUnavailable } from '../../../core/errors/registry.ts';
import type { DorisCluster } from '../../../core/plan/installation.ts';
import type { Seen } from '../../../core/standby/judge.ts';
import { inMode, newStandby, reachOf, type StandbyRecord } from '../../../core/standby/record.ts';
import { hours, type Instant, instant, later, minutes } from '../../../core/time/instant.ts';
import { keep } from '../../../lambdas/standby/keep-standbys/keep.ts';
import { promoteStandby, reverseStandby } from '../../../lambdas/standby/operations.ts';
import { MemoryCatalog } from '../../support/memory-catalog.ts';
import { MemoryGroups } from '../../support/memory-groups.ts';

const AWAY = 'eu-central-1';
const START = instant(Date.UTC(2026, 10, 21, 3));
const at = (minute: number): Instant => later(START, minutes(minute));
const CLUSTER = {
  name: 'olap',
  engine: 'doris',
  databases: { shop: { all: true }, crm: { all: true } },
  standby: { region: AWAY, lagBinlogs: 20 },
} as unknown as DorisCluster;
const RUNNING: Seen = { job: 'there', running: true, fullSync: false, lag: 0, seq: 1 };

/** A standby that says what it is told to say, and remembers what was done to it. */
class World {
  readonly catalog = new MemoryCatalog();
  readonly groups = new MemoryGroups();
  grouped: readonly object[] = [];
  readonly done: string[] = [];
  readonly heard: HoldfastEvent[] = [];
  readonly metrics = new Map<string, number>();
  says: Seen = RUNNING;
  /** Happens while the syncer is being asked. */
  meanwhile: () => Promise<unknown> = async () => undefined;
  refuses: Error | undefined;

  readonly #driver: StandbyDriver = {
    look: async () => {
      await this.meanwhile();
      return this.says;
    },
    start: (spec, over = 'nothing') =>
      this.#did(over === 'nothing' ? 'start' : `start over ${over} in`, spec.database),
    resume: (spec) => this.#did('resume', spec.database),
    restart: (spec) => this.#did('restart', spec.database),
    promote: async (spec) => {
      await this.#did('promote', spec.database);
      return true;
    },
    reverse: (spec) => this.#did('reverse', spec.database),
  };

  async #did(what: string, database: string): Promise<void> {
    if (this.refuses) throw this.refuses;
    this.done.push(`${what} ${database}`);
  }

  get ports() {
    return {
      region: AWAY,
      configuration: {
        read: async () => ({
          installation: { clusters: [CLUSTER], groups: this.grouped } as never,
          since: START,
        }),
      },
      catalog: this.catalog,
      groups: this.groups,
      announcer: { announce: async (event: HoldfastEvent) => void this.heard.push(event) },
      telemetry: {
        info: () => undefined,
        error: () => undefined,
        metric: (name: string, _unit: string, value: number) => void this.metrics.set(name, value),
      },
      standbys: () => this.#driver,
    };
  }

  look = (now: Instant) => keep({}, this.ports, now);
  record = async (): Promise<StandbyRecord> => (await this.catalog.standby('olap', AWAY))!;
  names = () => this.heard.map(({ name }) => name);
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe('a look', () => {
  test('starts what is not there, and says how far what follows is', async () => {
    world.says = { job: 'none' };
    expect(await world.look(at(0))).toEqual({ standbys: 1, lagging: 0, broken: 0 });
    expect(world.done).toEqual(['start shop', 'start crm']);
    expect([...world.metrics]).toEqual([
      ['BrokenStandbys', 0],
      ['LaggingStandbys', 0],
    ]);
    world.says = { ...RUNNING, lag: 3, seq: 9 };
    await world.look(at(5));
    expect(world.metrics.get('StandbyBinlogs')).toBe(3);
    expect(world.metrics.has('StandbyLag')).toBe(false);
    world.says = RUNNING;
    await world.look(at(10));
    world.says = { ...RUNNING, lag: 3, seq: 9 };
    await world.look(at(15));
    expect(world.metrics.get('StandbyLag')).toBe(300);
    expect(world.names()).toEqual(['StandbyBegun', 'StandbyBegun']);
  });

  test('does not touch what is promoted, or is being', async () => {
    world.says = { job: 'none' };
    for (const mode of ['promoting', 'promoted', 'returning'] as const) {
      world = new World();
      world.says = { job: 'none' };
      const record = { ...newStandby('olap', AWAY, START), mode };
      await world.catalog.recordStandby(record, undefined);
      await world.look(at(5));
      expect([mode, ...world.done]).toEqual([mode]);
      expect(await world.record()).toEqual(record);
    }
  });

  test('does nothing any more to what somebody begins to promote in the meantime', async () => {
    await world.look(at(0));
    world.says = { ...RUNNING, running: false };
    await world.look(at(5));
    world.meanwhile = async () => {
      world.meanwhile = async () => undefined;
      const before = await world.record();
      await world.catalog.recordStandby(inMode(before, 'promoting', at(25)) as StandbyRecord, before);
    };
    await world.look(at(25));
    expect(world.done).toEqual([]);
    expect((await world.record()).mode).toBe('promoting');
  });

  test('tells a trouble once, again a day later, and anew when it comes back', async () => {
    world.says = { ...RUNNING, lag: 21 };
    const lags = () => world.names().filter((name) => name === 'StandbyLagging').length / 2;
    for (const minute of [0, 5, 10]) {
      world.says = { ...RUNNING, lag: 21, seq: minute };
      expect(await world.look(at(minute))).toMatchObject({ lagging: 1, broken: 0 });
    }
    expect(lags()).toBe(1);
    world.says = { ...RUNNING, lag: 21, seq: 99 };
    await world.look(later(at(10), hours(24)));
    expect(lags()).toBe(2);
    world.says = RUNNING;
    await world.look(later(at(15), hours(24)));
    world.says = { ...RUNNING, lag: 21, seq: 101 };
    await world.look(later(at(20), hours(24)));
    expect(lags()).toBe(3);
  });

  test('gives what passes by itself a quarter of an hour before it is told', async () => {
    world.says = { job: 'none' };
    world.refuses = new ServiceUnavailable('the frontend restarts');
    await world.look(at(0));
    await world.look(at(10));
    expect(world.names()).toEqual([]);
    expect(await world.look(at(15))).toMatchObject({ broken: 1 });
    expect(world.names()).toEqual(['StandbyBroken', 'StandbyBroken']);
  });
});

describe('a promotion', () => {
  test('is written down before anything is done, and goes on where it broke off', async () => {
    await world.look(at(0));
    world.refuses = new ServiceUnavailable('the syncer restarts');
    await expect(promoteStandby(CLUSTER, world.ports, at(7))).rejects.toThrow('the syncer restarts');
    expect((await world.record()).mode).toBe('promoting');
    world.refuses = undefined;
    const promoted = await promoteStandby(CLUSTER, world.ports, at(9));
    expect(promoted).toMatchObject({ mode: 'promoted', modeSince: at(9) });
    expect(world.done).toEqual(['promote shop', 'promote crm']);
    expect(world.heard.at(-1)).toMatchObject({
      name: 'StandbyPromoted',
      sentence: expect.stringContaining('certainly has everything up to 2026-11-21T03:00:00Z'),
    });
    expect(await promoteStandby(CLUSTER, world.ports, at(20))).toEqual(promoted);
    expect(world.done).toHaveLength(2);
  });

  test('of one that nobody knows anything of says that', async () => {
    await promoteStandby(CLUSTER, world.ports, at(0));
    expect(world.heard.at(-1)!.sentence).toContain('up to when it has everything is not known');
  });

  test('comes before the way back, and there is none after that', async () => {
    await world.look(at(0));
    await expect(reverseStandby(CLUSTER, 'nothing', world.ports, at(5))).rejects.toMatchObject({
      name: 'StandbyNotReady',
      message: expect.stringContaining('it becomes promoting next'),
    });
    await promoteStandby(CLUSTER, world.ports, at(6));
    await reverseStandby(CLUSTER, 'nothing', world.ports, at(7));
    await reverseStandby(CLUSTER, 'nothing', world.ports, at(8));
    expect(world.names().filter((name) => name === 'StandbyReversed')).toHaveLength(1);
    await expect(promoteStandby(CLUSTER, world.ports, at(9))).rejects.toMatchObject({
      name: 'StandbyNotReady',
    });
  });
});

describe('a promoted standby whose group', () => {
  const promoted: StandbyRecord = {
    ...{ ...newStandby('olap', AWAY, START), mode: 'promoted', modeSince: at(0) },
    databases: {},
  };
  const NONE: Seen = { job: 'none' };
  beforeEach(async () => {
    world.grouped = [{ name: 'insight', layers: [['olap']], to: AWAY }];
    await world.groups.raise({ group: 'insight', number: 2, active: AWAY, since: at(-5), move: 'failover' });
    await world.catalog.recordStandby(promoted, undefined);
    world.says = NONE;
  });
  const look = (minute: number) => keep({}, world.ports, at(minute));
  const goesHome = () =>
    world.groups.raise({ group: 'insight', number: 3, active: 'eu-west-1', since: at(30), move: 'failback' });

  test('is active there is left alone', async () => {
    await look(10);
    expect(world.done).toEqual([]);
    expect((await world.catalog.standby('olap', AWAY))?.mode).toBe('promoted');
  });

  test('has gone home follows again over what it holds, and is certain of nothing until then', async () => {
    await goesHome();
    await look(35);
    expect(world.done).toEqual(['start over what is there in shop', 'start over what is there in crm']);
    const record = await world.catalog.standby('olap', AWAY);
    expect(record).toMatchObject({ mode: 'following' });
    expect(reachOf(record!)).toBeUndefined();
  });

  test('has gone home writes over nothing more once it has followed', async () => {
    await goesHome();
    await look(35);
    world.says = RUNNING;
    await look(40);
    world.says = NONE;
    world.done.length = 0;
    await look(45);
    expect(world.done).toEqual(['start shop', 'start crm']);
  });
});
