import type { FaultKind, MixOptions } from '../../../embedded/faults/mix.ts';
import { Streams } from '../../../embedded/random/streams.ts';

/** Everything that fixes one run: two runs of one trial write the same log. */
export interface Trial {
  readonly seed: number;
  /** Days during which anything may happen. */
  readonly days: number;
  readonly temper: 'mild' | 'swarm';
  /** These faults and no others. @default all */
  readonly only?: readonly FaultKind[] | undefined;
  /** These faults are off. @default none */
  readonly without?: readonly FaultKind[] | undefined;
}

const DAYS: readonly [number, number] = [2, 6];
/** Wild faults find most; what only a long quiet week shows needs a mild one. */
const MILD_SHARE = 0.3;

/** How long a seed's run is and how rough. What its faults do follows from other streams. */
export function trialOf(seed: number): Trial {
  const chance = new Streams(seed).stream('trial');
  return { seed, days: chance.between(...DAYS), temper: chance.chance(MILD_SHARE) ? 'mild' : 'swarm' };
}

/** A trial as the simulation takes it. */
export const optionsOf = ({ only, without, ...rest }: Trial): Trial & MixOptions => ({
  ...rest,
  ...(only && { only }),
  ...(without && { without }),
});

/** What a person types to live through this run again. */
export const commandOf = ({ seed, days, temper, only, without }: Trial): string =>
  [
    `npm run sim -- --seed ${seed} --days ${days}`,
    ...(temper === 'mild' ? ['--mild'] : []),
    ...(only ? [`--only ${only.join(',') || NONE}`] : []),
    ...(without?.length ? [`--without ${without.join(',')}`] : []),
  ].join(' ');

/** Stands for no fault at all where names of faults are expected. */
export const NONE = 'none';
