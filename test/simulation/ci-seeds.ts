import { FAULT_KINDS, type FaultKind } from '../../embedded/faults/mix.ts';
import type { SceneryName } from './sim/sceneries.ts';
import type { Trial } from './sim/trial.ts';

/** What only the self-run clusters have an occasion for, with what reorders and doubles the events of their logs. */
const OF_SELF_RUN: readonly FaultKind[] = [
  ...(['throttle.ec2', 'throttle.ecs', 'throttle.cloudwatch-logs'] as const),
  ...(['server-error.ec2', 'server-error.ecs', 'server-error.cloudwatch-logs'] as const),
  ...(['object-event-lost', 'queue-redelivery', 'delivered-late', 'delivered-twice'] as const),
  ...(['task-finds-no-room', 'task-never-starts', 'task-stopped', 'task-out-of-memory'] as const),
  ...(['truncation-cut-off', 'log-task-stopped', 'log-task-paused', 'log-stuck'] as const),
  ...(['log-refused', 'pd-unreachable'] as const),
];
/** What only Doris, its standby and Milvus have an occasion for. */
const OF_WAREHOUSE: readonly FaultKind[] = [
  ...(['throttle.lambda', 'server-error.lambda', 'network-unreachable', 'network-cut'] as const),
  ...(['doris-transfer-stuck', 'doris-snapshot-hangs', 'doris-commit-hangs'] as const),
  ...(['doris-versions-merged', 'doris-backend-refused', 'doris-job-of-another'] as const),
  ...(['doris-being-submitted', 'doris-frontend-restarts', 'doris-info-doubled'] as const),
  ...(['standby-stalls', 'standby-lag-unknown', 'standby-syncer-down', 'standby-paused'] as const),
  ...(['milvus-down', 'milvus-tool-killed', 'milvus-tool-fails'] as const),
  ...(['milvus-gc-not-paused', 'milvus-import-stalls'] as const),
  ...(['operator-restores-part', 'operator-drops-table'] as const),
];
/** What only a group that changes sides, and is drilled, has an occasion for. */
const OF_SIDED: readonly FaultKind[] = ['operator-fails-over', 'operator-fails-back', 'operator-drills'];
const ELSEWHERE = new Set([...OF_SELF_RUN, ...OF_WAREHOUSE, ...OF_SIDED]);

/** The seeds of an installation. Each file of tests that lives through one of them is a worker's for as long. */
export interface FixedSeeds {
  /** The first, which is the shortest, is lived through twice. */
  readonly trials: readonly Trial[];
  /** Longer ones, which live through what the first ones have no time for: with ALL_SEEDS only. @default none */
  readonly more?: readonly Trial[];
  /** What they show together. Those of all installations are every fault there is. */
  readonly shows: readonly FaultKind[];
}

/**
 * Few and short, and together they show every fault. `npm run sim -- --choose 40` picks others. A day of the self-run
 * clusters costs what four of the small installation do, so one seed has to show all that they alone have.
 */
export const FIXED_SEEDS: Readonly<Record<SceneryName, FixedSeeds>> = {
  small: {
    trials: [
      { seed: 4, days: 2, temper: 'mild' },
      { seed: 2, days: 2, temper: 'swarm' },
      { seed: 22, days: 2, temper: 'swarm' },
      { seed: 40, days: 2, temper: 'swarm' },
    ],
    shows: FAULT_KINDS.filter((kind) => !ELSEWHERE.has(kind)),
  },
  selfrun: {
    trials: [{ seed: 6, days: 2, temper: 'swarm', installation: 'selfrun', only: OF_SELF_RUN }],
    shows: OF_SELF_RUN,
  },
  warehouse: {
    trials: [
      { seed: 1, days: 2, temper: 'swarm', installation: 'warehouse', only: OF_WAREHOUSE },
      { seed: 9, days: 2, temper: 'swarm', installation: 'warehouse', only: OF_WAREHOUSE },
    ],
    shows: OF_WAREHOUSE,
  },
  // A way over and the way home take days, and are tests of their own: here is as much of them as one day shows.
  sided: {
    trials: [{ seed: 4, days: 1, temper: 'swarm', installation: 'sided', only: OF_SIDED }],
    more: [
      { seed: 4, days: 2, temper: 'swarm', installation: 'sided', only: OF_SIDED },
      { seed: 101, days: 2, temper: 'swarm', installation: 'sided' },
    ],
    shows: ['operator-fails-over', 'operator-drills'],
  },
};
