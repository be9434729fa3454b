import type { FaultKind } from '../../embedded/faults/mix.ts';
import type { Trial } from './sim/trial.ts';

/** Few and short, and together they show every fault. `npm run sim -- --choose 40` picks others. */
export const CI_SEEDS: readonly Trial[] = [
  { seed: 2, days: 2, temper: 'swarm' },
  { seed: 22, days: 2, temper: 'swarm' },
  { seed: 40, days: 2, temper: 'swarm' },
  { seed: 4, days: 2, temper: 'mild' },
];

/** Faults that have no occasion in the installation that is simulated: no function of Holdfast consumes a queue. */
export const WITHOUT_OCCASION: readonly FaultKind[] = ['queue-redelivery'];
