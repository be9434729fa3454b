import { compareEnded, type RestoreResult } from '../../../cli/demo/restoring.ts';
import type { Stage } from '../../../cli/stage.ts';
import { ERROR_NAMES } from '../../../core/errors/registry.ts';
import { days, type Instant, iso, later, milliseconds } from '../../../core/time/instant.ts';
import { FAILURE_NOT_TOLD } from '../../../workflows/asl/build.ts';
import { type Checker, type Run, regionsOf } from './checker.ts';
import { claimedWindows } from './log-claims.ts';
import { readyToRestore } from './ready-to-restore.ts';
import { provenIn, violationsOf } from './restores-equal-truth.ts';

/**
 * What Step Functions and Lambda call the end of a function or machine that could not speak for itself any more; a
 * person who stops a machine gives no name.
 */
const AWS_NAMES = /^(States|Lambda|Sandbox)\.|^(TIMED_OUT|ABORTED)$/;

/**
 * While faults rage, a restore of something proven ends equal to the truth, or with an error that has a name. It never
 * succeeds with other data. One a day, at a drawn time, in a drawn region, of a drawn cluster, to `latest`, to a proven
 * point or to an instant between the oldest and the newest; compared at the moment in which it ends.
 */
export class RestoresDuringFaults implements Checker {
  readonly name = 'restores-during-faults';
  readonly #violations: string[] = [];
  readonly #ended: RestoreResult[] = [];
  #run: Run | undefined;

  begin(run: Run): void {
    this.#run = run;
    this.#scheduleOne();
  }

  daily(): readonly string[] {
    this.#scheduleOne();
    return this.#violations;
  }

  judge(): readonly string[] {
    return this.#violations;
  }

  /** How each of them ended: a checker that restored nothing would prove nothing. */
  get ended(): readonly RestoreResult[] {
    return this.#ended;
  }

  #scheduleOne(): void {
    const { world } = this.#run!.stage.cloud;
    const delay = milliseconds(world.random('test.restores').between(0, days(1) - 1));
    world.at(later(world.now(), delay), () => this.#restoreOne(this.#run!.stage));
  }

  #restoreOne(stage: Stage): void {
    const chance = stage.cloud.world.random('test.restores');
    const region = chance.pick(regionsOf(stage));
    const { name: cluster } = chance.pick(stage.installation.clusters);
    const proven = provenIn(stage, region, cluster);
    if (proven.length === 0) return;
    if (!readyToRestore(stage, region, cluster)) return;
    const logged = claimedWindows(stage, region, cluster).flatMap(({ latest }) => latest);
    const taken = [...proven.map(({ takenAt }) => takenAt!), ...logged];
    const oldest = Math.min(...taken) as Instant;
    const between = later(oldest, milliseconds(chance.between(0, Math.max(...taken) - oldest)));
    const to = chance.pick(['latest', chance.pick(proven).id, iso(between)]);
    const startedAt = stage.now;
    const execution = stage.start(region, 'restore', { cluster, to });
    void execution.ended.then(() => {
      const result = compareEnded(stage, region, cluster, to, execution);
      this.#ended.push(result);
      stage.cloud.world.log(
        `restore of ${cluster} to ${to} in ${region}, begun ${iso(startedAt)}: ${result.error?.name ?? 'restored'}`,
      );
      this.#violations.push(...wrongWith(result).map((what) => `started at ${iso(startedAt)}: ${what}`));
    });
  }
}

/**
 * An error that has a name is an honest end while faults rage. So is one that the last step could not record: that it is
 * told of when this end is heard of, is for failures-announced to judge.
 */
export function wrongWith(result: RestoreResult): string[] {
  const { error, cluster, to, region } = result;
  if (!error) return [...violationsOf(result)];
  if (ERROR_NAMES.has(error.name) || AWS_NAMES.test(error.name) || error.name === FAILURE_NOT_TOLD) return [];
  return [
    `restore of ${cluster} to ${to} in ${region} ended without a name of its own: ${error.name}: ${error.message}`,
  ];
}
