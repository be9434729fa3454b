import type { Stage } from '../../../cli/stage.ts';
import { isRds } from '../../../core/plan/installation.ts';
import { type Duration, days, iso, minutes } from '../../../core/time/instant.ts';
import { Calamities } from '../../../embedded/faults/calamities.ts';
import { Faults } from '../../../embedded/faults/faults.ts';
import type { Mix, MixOptions } from '../../../embedded/faults/mix.ts';
import { Streams } from '../../../embedded/random/streams.ts';
import { vaultName } from '../../../lib/names.ts';
import { TOO_LONG_TO_PREFIX, writeOddFiles } from '../../support/odd-files.ts';
import { allCheckers } from '../checkers/all.ts';
import { type Checker, type Run, regionsOf } from '../checkers/checker.ts';
import type { Blueprints } from './blueprints.ts';
import { Operators } from './operators.ts';
import { SCENERIES, type SceneryName } from './sceneries.ts';
import { Sides } from './sides.ts';

export interface SimulationOptions extends MixOptions {
  /** Told before anything happens, so that a run that hangs has said what it was. */
  readonly begin?: (mix: Mix) => void;
  readonly seed: number;
  /** @default small */
  readonly installation?: SceneryName | undefined;
  /** Days during which anything may happen. */
  readonly days: number;
}

export interface Outcome {
  readonly faults: Faults;
  /** Whatever anybody could have read of it, in order: the same seed gives the same lines. */
  readonly log: readonly string[];
  /** One sentence each, after the name of the checker that saw it. */
  readonly violations: readonly string[];
  readonly virtual: Duration;
}

/** About sixty files: a run is to be short, and every odd name is among them. */
const PLAIN_FILES = 30;
const ORDERS_A_DAY = 24;
/** With changes of schema among them. */
const TABLE_ORDERS_A_DAY = 80;
/** Each database's, with tables that come and go. */
const WAREHOUSE_ORDERS_A_DAY = 60;
const VECTORS_A_DAY = 60;
/** Each flushes its log by itself, and what one has flushed another may lack; every flush takes its time, so mostly it is one. */
const TWO_STORES = 0.25;
/** Healed, every rule has its turn twice and overdue work is given up and done again: then all objectives hold. */
const RECOVERY_DAYS = 2;
/** Off the full hours, so that nothing is under way. */
const OFF_THE_HOUR = minutes(50);
/** One run: days of faults (safety), then everything heals and has to be well within two days (liveness). */
export async function simulate(blueprints: Blueprints, options: SimulationOptions): Promise<Outcome> {
  const blueprint = blueprints.of(options);
  const faults = new Faults(options);
  const checkers = allCheckers();
  // Watches come first: an answer that is lost afterwards does not undo the effect that they must see.
  const watches = checkers.flatMap(({ watch }) => watch ?? []);
  const stores = new Streams(options.seed).stream('test.stores').chance(TWO_STORES) ? 2 : 1;
  const stage = blueprint.deploy({
    seed: options.seed,
    disturbances: [...watches, faults],
    tidbClusters: { stores, faults: faults.spells },
    dorisClusters: { faults: faults.warehouses, syncerFaults: faults.standbys },
    milvusClusters: { faults: faults.vectors },
  });
  const [group] = stage.installation.groups;
  const sides = group && new Sides(stage, group);
  const operators = new Operators(
    stage,
    faults,
    blueprint,
    SCENERIES[options.installation ?? 'small'],
    sides,
  );
  const run: Run = { stage, faults, began: stage.now, lifted: operators.lifted, sides };
  for (const checker of checkers) checker.begin?.(run);
  logAnnouncements(stage);
  // What has no occasion in this installation leaves the mix before anybody is told it.
  const { files, orders, ebs, tidb, doris, milvus } = stage;
  faults.warehouses.know(doris.fleet.clusters);
  faults.release(stage.cloud, sides?.files ?? [...files.values()], {
    databases: orders.size > 0,
    volumes: ebs.applications.size > 0,
    tables: tidb.applications.size > 0,
    warehouses: doris.applications.size > 0,
    standbys: doris.standbys.syncers.length > 0,
    vectors: milvus.applications.size > 0,
    groups: sides !== undefined,
  });
  options.begin?.(faults.mix);
  const violations: string[] = [];
  try {
    for (const files of stage.files.values())
      writeOddFiles(files, stage.cloud.world.random('test.files'), PLAIN_FILES);
    // Below the folder of a drill a key of this length is none any more, and no drill would come to compare anything.
    if (sides) for (const files of stage.files.values()) files.remove(TOO_LONG_TO_PREFIX);
    await unsafeDays(run, operators, options.days, () => violations.push(...asked(checkers, run)));
    for (let day = 1; day <= RECOVERY_DAYS; day++) await liveADay(run, options.days + day);
    await stage.run(OFF_THE_HOUR);
    for (const checker of checkers)
      violations.push(...named(checker.name, (await checker.judge?.(run)) ?? []));
    violations.push(...named('operators', operators.violations));
  } catch (error) {
    violations.push(`run: broke off: ${error instanceof Error ? error.stack : String(error)}`);
  }
  return {
    faults,
    log: logOf(stage),
    violations: [...new Set(violations)],
    virtual: (stage.now - run.began) as Duration,
  };
}

async function unsafeDays(run: Run, operators: Operators, count: number, eachDay: () => void): Promise<void> {
  const { stage, faults } = run;
  const calamities = new Calamities(faults, stage.cloud, {
    regions: regionsOf(stage),
    databases: stage.installation.clusters.flatMap((cluster) =>
      isRds(cluster) ? [{ clusterId: cluster.clusterId, region: stage.installation.regions.primary }] : [],
    ),
    tables: [...stage.tidb.applications.keys()].map((name) => stage.tidb.fleet.cluster(name)),
    syncers: stage.doris.standbys.syncers,
    vaults: new Map(regionsOf(stage).map((region) => [region, vaultName(stage.cloud.account, region)])),
  });
  for (let day = 1; day <= count; day++) {
    calamities.scheduleDay();
    operators.scheduleDay();
    await liveADay(run, day);
    eachDay();
  }
  faults.heal();
}

async function liveADay({ stage, sides }: Run, day: number): Promise<void> {
  sides?.scheduleDay(day);
  for (const files of stage.files.values()) files.scheduleDay(day);
  const { tidb, ebs, orders } = stage;
  for (const applications of [orders, ebs.applications])
    for (const application of applications.values()) application.scheduleDay(ORDERS_A_DAY);
  for (const application of tidb.applications.values()) application.scheduleDay(TABLE_ORDERS_A_DAY);
  for (const application of [...stage.doris.applications.values()].flat())
    application.scheduleDay(WAREHOUSE_ORDERS_A_DAY);
  for (const application of stage.milvus.applications.values()) application.scheduleDay(VECTORS_A_DAY);
  await stage.run(days(1));
}

const asked = (checkers: readonly Checker[], run: Run): string[] =>
  checkers.flatMap((checker) => named(checker.name, checker.daily?.(run) ?? []));

const named = (checker: string, violations: readonly string[]): string[] =>
  violations.map((violation) => `${checker}: ${violation}`);

function logAnnouncements({ cloud }: Stage): void {
  cloud.events.watch((event, bus) => {
    const { sentence } = event.detail as { readonly sentence?: string };
    if (sentence) cloud.world.log(`${bus.split('/').at(-1)}: ${event['detail-type']}: ${sentence}`);
  });
}

/** The world's lines and the functions' errors. Those of one instant keep their order, the world's first. */
function logOf({ cloud }: Stage): string[] {
  const errors = cloud.monitoring.errors.map(
    ({ at, region, function: name, message, facts }) =>
      `${iso(at)} ${name} in ${region}: ${message} ${JSON.stringify(facts)}`,
  );
  const instantOf = (line: string) => line.slice(0, 24);
  return [...cloud.world.lines, ...errors].sort((a, b) =>
    instantOf(a) < instantOf(b) ? -1 : instantOf(a) > instantOf(b) ? 1 : 0,
  );
}
