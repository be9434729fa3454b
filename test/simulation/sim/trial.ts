import type { FaultKind, MixOptions } from '../../../embedded/faults/mix.ts';
import { Streams } from '../../../embedded/random/streams.ts';
import type { SceneryName } from './sceneries.ts';

/** Everything that fixes one run: two runs of one trial write the same log. */
export interface Trial {
  readonly seed: number;
  /** Days during which anything may happen. */
  readonly days: number;
  readonly temper: 'mild' | 'swarm';
  /** Which installation it is lived through in. @default small */
  readonly installation?: SceneryName | undefined;
  /** These faults and no others. @default all */
  readonly only?: readonly FaultKind[] | undefined;
  /** These faults are off. @default none */
  readonly without?: readonly FaultKind[] | undefined;
}

const DAYS: readonly [number, number] = [2, 6];
/** Wild faults find most; what only a long quiet week shows needs a mild one. */
const MILD_SHARE = 0.3;
/** Its logs make a run of the self-run clusters slower, and there is as much to go wrong. */
const SELF_RUN_SHARE = 0.25;
const WAREHOUSE_SHARE = 0.25;
/** Of those that are left: so about one run in four. */
const SIDED_SHARE = 0.4;

/** How long a seed's run is and how rough. What its faults do follows from other streams. */
export function trialOf(seed: number): Trial {
  const streams = new Streams(seed);
  const chance = streams.stream('trial');
  const days = chance.between(...DAYS);
  const temper = chance.chance(MILD_SHARE) ? 'mild' : 'swarm';
  const selfRun = streams.stream('trial.installation').chance(SELF_RUN_SHARE);
  const warehouse = streams.stream('trial.warehouse').chance(WAREHOUSE_SHARE);
  const sided = streams.stream('trial.sided').chance(SIDED_SHARE);
  const installation = selfRun ? 'selfrun' : warehouse ? 'warehouse' : sided ? 'sided' : undefined;
  return { seed, days, temper, ...(installation && { installation }) };
}

/** A trial as the simulation takes it. */
export const optionsOf = ({ only, without, ...rest }: Trial): Trial & MixOptions => ({
  ...rest,
  ...(only && { only }),
  ...(without && { without }),
});

/** What a person types to live through this run again. */
export const commandOf = ({ seed, days, temper, installation, only, without }: Trial): string =>
  [
    `npm run sim -- --seed ${seed} --days ${days}`,
    ...(temper === 'mild' ? ['--mild'] : []),
    ...(installation ? [`--installation ${installation}`] : []),
    ...(only ? [`--only ${only.join(',') || NONE}`] : []),
    ...(without?.length ? [`--without ${without.join(',')}`] : []),
  ].join(' ');

/** Stands for no fault at all where names of faults are expected. */
export const NONE = 'none';
