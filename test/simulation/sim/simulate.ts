import type { Stage } from '../../../cli/stage.ts';
import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import { type Duration, days, iso, minutes } from '../../../core/time/instant.ts';
import { Calamities } from '../../../embedded/faults/calamities.ts';
import { Faults } from '../../../embedded/faults/faults.ts';
import type { Mix, MixOptions } from '../../../embedded/faults/mix.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { writeOddFiles } from '../../support/odd-files.ts';
import type { Blueprint } from '../../support/world-of.ts';
import { catalogsAgree } from '../checkers/catalogs-agree.ts';
import { floorAndHolds } from '../checkers/floor-and-holds.ts';
import { keptAsDecided } from '../checkers/kept-as-decided.ts';
import { LifeCycleWatch } from '../checkers/life-cycle-kept.ts';
import { nothingStuck } from '../checkers/nothing-stuck.ts';
import { objectivesHold } from '../checkers/objectives-hold.ts';
import { permissionsSuffice } from '../checkers/permissions-suffice.ts';
import { restoreEqualsTruth } from '../checkers/restores-equal-truth.ts';
import { vaultHoldsWhatIsNamed } from '../checkers/vault-holds-what-is-named.ts';

export interface SimulationOptions extends MixOptions {
  /** Told before anything happens, so that a run that hangs has said what it was. */
  readonly begin?: (mix: Mix) => void;
  readonly seed: number;
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
/** Healed, every rule has its turn twice and overdue work is given up and done again: then all objectives hold. */
const RECOVERY_DAYS = 2;
/** Off the full hours, so that nothing is under way. */
const OFF_THE_HOUR = minutes(50);
/** What a restore is tried from, besides `latest`: the newest of each cluster and region. */
const RESTORES = 4;

/** One run: days of faults (safety), then everything heals and has to be well within two days (liveness). */
export async function simulate(blueprint: Blueprint, options: SimulationOptions): Promise<Outcome> {
  const faults = new Faults(options);
  options.begin?.(faults.mix);
  const watch = new LifeCycleWatch();
  // The watch comes first: an answer that is lost afterwards does not undo the write that it must see.
  const stage = blueprint.stage(options.seed, watch, faults);
  watch.watch(stage);
  const began = stage.now;
  stage.cloud.events.watch((event, bus) => {
    const { sentence } = event.detail as { readonly sentence?: string };
    if (sentence) stage.cloud.world.log(`${bus.split('/').at(-1)}: ${event['detail-type']}: ${sentence}`);
  });
  const violations: string[] = [];
  try {
    writeOddFiles(stage.files.get('documents')!, stage.cloud.world.random('test.files'), PLAIN_FILES);
    await unsafeDays(stage, faults, options.days, violations);
    for (let day = 1; day <= RECOVERY_DAYS; day++) await liveADay(stage, options.days + day);
    await stage.run(OFF_THE_HOUR);
    violations.push(...judge(stage), ...(await restores(stage)));
  } catch (error) {
    violations.push(`run: broke off: ${error instanceof Error ? error.stack : String(error)}`);
  }
  violations.push(...named('life-cycle-kept', watch.violations));
  const errors = stage.cloud.monitoring.errors.map(
    ({ at, region, function: name, message, facts }) =>
      `${iso(at)} ${name} in ${region}: ${message} ${JSON.stringify(facts)}`,
  );
  // Lines of one instant keep their order, those of the world before the errors.
  const log = [...stage.cloud.world.lines, ...errors].sort((a, b) =>
    a.slice(0, 24) < b.slice(0, 24) ? -1 : a.slice(0, 24) > b.slice(0, 24) ? 1 : 0,
  );
  return { faults, log, violations: [...new Set(violations)], virtual: (stage.now - began) as Duration };
}

async function unsafeDays(stage: Stage, faults: Faults, count: number, violations: string[]): Promise<void> {
  const { primary, recovery } = stage.installation.regions;
  const calamities = new Calamities(faults, stage.cloud, {
    regions: [primary, ...recovery],
    databases: stage.installation.clusters.flatMap((cluster) =>
      cluster.engine === 'objects' ? [] : [{ clusterId: cluster.clusterId, region: primary }],
    ),
  });
  faults.release(stage.cloud);
  for (let day = 1; day <= count; day++) {
    calamities.scheduleDay();
    await liveADay(stage, day);
    for (const region of [primary, ...recovery])
      violations.push(...named('floor-and-holds', floorAndHolds(stage, region)));
  }
  faults.heal();
  calamities.heal();
}

async function liveADay(stage: Stage, day: number): Promise<void> {
  for (const files of stage.files.values()) files.scheduleDay(day);
  for (const orders of stage.orders.values()) orders.scheduleDay(ORDERS_A_DAY);
  await stage.run(days(1));
}

function judge(stage: Stage): string[] {
  const { primary, recovery } = stage.installation.regions;
  const regions = [primary, ...recovery];
  return [
    ...named('nothing-stuck', nothingStuck(stage)),
    ...named('objectives-hold', objectivesHold(stage)),
    ...named('catalogs-agree', catalogsAgree(stage)),
    ...named('kept-as-decided', keptAsDecided(stage)),
    ...named('permissions-suffice', permissionsSuffice(stage)),
    ...regions.flatMap((region) => named('floor-and-holds', floorAndHolds(stage, region))),
    ...regions.flatMap((region) => named('vault-holds-what-is-named', vaultHoldsWhatIsNamed(stage, region))),
  ];
}

/** From every region that claims a point, the newest ones and whatever it calls the latest. */
async function restores(stage: Stage): Promise<string[]> {
  const violations: string[] = [];
  const { primary, recovery } = stage.installation.regions;
  for (const region of [primary, ...recovery])
    for (const { name } of stage.installation.clusters) {
      const claimed = provenIn(stage, region, name)
        .sort((a, b) => b.takenAt! - a.takenAt!)
        .slice(0, RESTORES);
      for (const to of ['latest', ...claimed.map(({ id }) => id)]) {
        // Each restore takes its time, in which points go on to expire.
        if (to !== 'latest' && !provenIn(stage, region, name).some(({ id }) => id === to)) continue;
        const { violations: found } = await restoreEqualsTruth(stage, region, name, to);
        violations.push(...named('restores-equal-truth', found));
      }
    }
  return violations;
}

const provenIn = (stage: Stage, region: string, cluster: string): CopyRecord[] =>
  catalogOf(stage, region).copies.filter(
    (copy) => copy.cluster === cluster && copy.region === region && copy.state === 'proven',
  );

const named = (checker: string, violations: readonly string[]): string[] =>
  violations.map((violation) => `${checker}: ${violation}`);
