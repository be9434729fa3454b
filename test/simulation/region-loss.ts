import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import { days, hours, type Instant, milliseconds, minutes } from '../../core/time/instant.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { writeOddFiles } from '../support/odd-files.ts';
import { announcements, type Blueprint } from '../support/world-of.ts';
import { LifeCycleWatch } from './checkers/life-cycle-kept.ts';
import { restoreEqualsTruth } from './checkers/restores-equal-truth.ts';
import { AWAY, HOME } from './installations.ts';

export interface Moment {
  readonly when: string;
  readonly seed: number;
  readonly machine?: 'backup' | 'copy' | 'expire';
}

/** When the light goes out: at any minute, or just when something has begun that it breaks off. */
export const MOMENTS: readonly Moment[] = [
  { when: 'at a random minute', seed: 11 },
  { when: 'while files are captured', seed: 12, machine: 'backup' },
  { when: 'while files are copied', seed: 13, machine: 'copy' },
  { when: 'while points are discarded', seed: 14, machine: 'expire' },
];

export interface Run {
  readonly stage: Stage;
  readonly watch: LifeCycleWatch;
  readonly heard: readonly HoldfastEvent[];
  readonly lostAt: Instant;
  readonly whileDark: readonly string[];
  readonly provenBefore: Readonly<Record<string, number>>;
}

/** Three days of work, the region goes dark, both clusters are restored away; it comes back and two days follow. */
export async function lose(blueprint: Blueprint, { seed, machine }: Moment): Promise<Run> {
  const watch = new LifeCycleWatch();
  const stage = blueprint.stage(seed, watch);
  watch.begin({ stage });
  const heard = announcements(stage);
  const chance = stage.cloud.world.random('test');
  writeOddFiles(stage.files.get('documents')!, chance, 30);
  for (let day = 1; day <= 2; day++) await liveADay(stage, day);
  work(stage, 3);
  if (machine) await untilHalfWay(stage, machine, heard);
  else await stage.run(minutes(chance.between(60, 23 * 60)));
  stage.cloud.loseRegion(HOME);
  const lostAt = stage.now;
  await stage.run(minutes(12));
  const provenBefore = Object.fromEntries(
    stage.installation.clusters.map(({ name }) => [name, newestProvenAway(stage, name)]),
  );
  const whileDark: string[] = [];
  for (const { name } of stage.installation.clusters)
    whileDark.push(...(await restoreEqualsTruth(stage, AWAY, name, 'latest')).violations);
  await stage.run(hours(chance.between(2, 30)));
  stage.cloud.bringBack(HOME);
  for (let day = 4; day <= 5; day++) await liveADay(stage, day);
  await stage.run(minutes(50));
  return { stage, watch, heard, lostAt, whileDark, provenBefore };
}

function work(stage: Stage, day: number): void {
  stage.files.get('documents')!.scheduleDay(day);
  stage.orders.get('orders')!.scheduleDay(24);
}

async function liveADay(stage: Stage, day: number): Promise<void> {
  work(stage, day);
  await stage.run(days(1));
}

/** Goes on until work on files is half-way: an execution runs, or a discard is announced and not yet recorded. */
async function untilHalfWay(
  stage: Stage,
  machine: 'backup' | 'copy' | 'expire',
  heard: readonly HoldfastEvent[],
): Promise<void> {
  const { world, states } = stage.cloud;
  const arn = `arn:aws:states:${HOME}:${stage.cloud.account}:stateMachine:holdfast-${machine}`;
  if (machine === 'expire') {
    const before = heard.length;
    const discarded = ({ name, region }: HoldfastEvent) =>
      name === 'RecoveryPointDiscarded' && region === HOME;
    await world.runWhile(() => !heard.slice(before).some(discarded));
  } else {
    const before = states.list(arn).length;
    const ofFiles = () =>
      states
        .list(arn)
        .slice(before)
        .find(({ input }) => input.includes('documents'));
    await world.runWhile(() => !ofFiles());
    await stage.run(milliseconds(world.random('test').between(100, 900)));
  }
  if (!states.list(arn).some(({ status }) => status === 'RUNNING'))
    throw new Error(`no ${machine} is half-way; choose another seed`);
}

export const newestProvenAway = (stage: Stage, cluster: string): number =>
  Math.max(
    ...catalogOf(stage, AWAY)
      .copies.filter((copy) => copy.cluster === cluster && copy.region === AWAY && copy.state === 'proven')
      .map(({ takenAt }) => takenAt!),
  );
