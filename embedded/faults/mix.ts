import type { Streams } from '../random/streams.ts';
import { DISTURBED, type Disturbed } from './refusals.ts';

/**
 * A share of the occasions that it has. Whatever has few of them in a run of days needs a large share, or the fault
 * would be declared and hardly ever take place.
 */
interface Strength {
  readonly mild: number;
  readonly wild: number;
}

const perService = <Kind extends string>(
  kind: Kind,
  strengths: Readonly<Record<Disturbed, Strength>>,
): Record<`${Kind}.${Disturbed}`, Strength> =>
  Object.fromEntries(DISTURBED.map((service) => [`${kind}.${service}`, strengths[service]])) as Record<
    `${Kind}.${Disturbed}`,
    Strength
  >;

const STRENGTHS = {
  /** Attempts of calls. Of Step Functions, RDS and EventBridge there are some dozens a day. */
  ...perService('throttle', {
    s3: { mild: 0.01, wild: 0.15 },
    dynamodb: { mild: 0.01, wild: 0.15 },
    sfn: { mild: 0.06, wild: 0.2 },
    rds: { mild: 0.06, wild: 0.2 },
    eventbridge: { mild: 0.06, wild: 0.2 },
    ec2: { mild: 0.06, wild: 0.2 },
    ecs: { mild: 0.03, wild: 0.2 },
    'cloudwatch-logs': { mild: 0.06, wild: 0.2 },
    lambda: { mild: 0.01, wild: 0.15 },
  }),
  ...perService('server-error', {
    s3: { mild: 0.005, wild: 0.1 },
    dynamodb: { mild: 0.005, wild: 0.1 },
    sfn: { mild: 0.06, wild: 0.2 },
    rds: { mild: 0.06, wild: 0.2 },
    eventbridge: { mild: 0.06, wild: 0.2 },
    ec2: { mild: 0.06, wild: 0.2 },
    ecs: { mild: 0.03, wild: 0.2 },
    'cloudwatch-logs': { mild: 0.06, wild: 0.2 },
    lambda: { mild: 0.01, wild: 0.15 },
  }),
  'copy-answers-200-with-error': { mild: 0.05, wild: 0.2 },
  /** Attempts of calls that change something. */
  'lost-answer': { mild: 0.01, wild: 0.1 },
  'killed-before-call': { mild: 0.003, wild: 0.01 },
  'killed-after-call': { mild: 0.003, wild: 0.01 },
  'killed-at-deadline': { mild: 0.003, wild: 0.01 },
  /** Looks at source objects and copies of them, before and after. */
  'source-changes-under-copy': { mild: 0.05, wild: 0.3 },
  /** Entries of PutEvents. */
  'put-events-partly-refused': { mild: 0.06, wild: 0.3 },
  /** Invocations. */
  'killed-in-run': { mild: 0.005, wild: 0.05 },
  /** Deliveries of EventBridge and Scheduler. */
  'delivered-twice': { mild: 0.05, wild: 0.6 },
  'delivered-late': { mild: 0.02, wild: 0.3 },
  /** Events of objects of a log. */
  'object-event-lost': { mild: 0.02, wild: 0.4 },
  /** Messages that a function receives from a queue, and those that it deletes. */
  'queue-redelivery': { mild: 0.05, wild: 0.4 },
  /** Replicated writes. */
  'replication-lag': { mild: 0.01, wild: 0.3 },
  /** Snapshots, captured or copied. */
  'snapshot-fails': { mild: 0.25, wild: 0.6 },
  'snapshot-hangs': { mild: 0.25, wild: 0.6 },
  'snapshot-vanishes': { mild: 0.25, wild: 0.6 },
  /** Runs of an engine's tool on Fargate. */
  'task-finds-no-room': { mild: 0.05, wild: 0.3 },
  'task-never-starts': { mild: 0.05, wild: 0.2 },
  'task-stopped': { mild: 0.08, wild: 0.25 },
  'task-out-of-memory': { mild: 0.1, wild: 0.3 },
  /** Truncations of a log. */
  'truncation-cut-off': { mild: 0.4, wild: 0.9 },
  /** Thirds of days for each cluster with a log. */
  'log-task-stopped': { mild: 0.3, wild: 0.7 },
  'log-task-paused': { mild: 0.4, wild: 0.9 },
  'log-stuck': { mild: 0.4, wild: 0.9 },
  'log-refused': { mild: 0.35, wild: 0.8 },
  'pd-unreachable': { mild: 0.4, wild: 0.9 },
  /** Connections to servers in the networks of clusters, and what is said over them. */
  'network-unreachable': { mild: 0.02, wild: 0.15 },
  'network-cut': { mild: 0.01, wild: 0.1 },
  /** Backups and restores that somebody has a Doris begin. */
  'doris-transfer-stuck': { mild: 0.06, wild: 0.3 },
  'doris-snapshot-hangs': { mild: 0.06, wild: 0.3 },
  'doris-commit-hangs': { mild: 0.4, wild: 0.9 },
  'doris-versions-merged': { mild: 0.06, wild: 0.3 },
  'doris-backend-refused': { mild: 0.06, wild: 0.3 },
  'doris-job-of-another': { mild: 0.1, wild: 0.4 },
  'doris-being-submitted': { mild: 0.06, wild: 0.3 },
  'doris-frontend-restarts': { mild: 0.06, wild: 0.3 },
  'doris-info-doubled': { mild: 0.15, wild: 0.4 },
  /** Thirds of days for each syncer of a standby. */
  'standby-stalls': { mild: 0.3, wild: 0.8 },
  'standby-lag-unknown': { mild: 0.3, wild: 0.8 },
  'standby-syncer-down': { mild: 0.3, wild: 0.8 },
  'standby-paused': { mild: 0.3, wild: 0.8 },
  /** Runs of Milvus's tool, or looks at what it needs. */
  'milvus-down': { mild: 0.15, wild: 0.4 },
  'milvus-tool-killed': { mild: 0.3, wild: 0.65 },
  'milvus-tool-fails': { mild: 0.3, wild: 0.65 },
  'milvus-gc-not-paused': { mild: 0.45, wild: 0.95 },
  'milvus-import-stalls': { mild: 0.45, wild: 0.95 },
  /** Thirds of days. */
  'cluster-busy': { mild: 0.4, wild: 0.9 },
  'region-dark': { mild: 0.4, wild: 0.9 },
  'key-disabled': { mild: 0.4, wild: 0.9 },
  /** Thirds of days in each vault. */
  'bit-rot': { mild: 0.3, wild: 0.7 },
  /** Of a minute, that a region's clock is ahead or behind at most. */
  'clock-drift': { mild: 0.1, wild: 1 },
  /** Days on which people do such a thing. */
  'operator-two-restores': { mild: 0.4, wild: 0.9 },
  'operator-redeploys': { mild: 0.4, wild: 0.9 },
  'operator-edits-plan': { mild: 0.4, wild: 0.9 },
  'operator-deletes-cluster': { mild: 0.2, wild: 0.6 },
  'operator-holds': { mild: 0.4, wild: 0.9 },
  'operator-undeletes': { mild: 0.4, wild: 0.9 },
  'operator-backs-up': { mild: 0.4, wild: 0.9 },
  'operator-stops-execution': { mild: 0.4, wild: 0.9 },
  'operator-restores-part': { mild: 0.45, wild: 0.95 },
  'operator-drops-table': { mild: 0.4, wild: 0.9 },
  'operator-fails-over': { mild: 0.45, wild: 0.95 },
  'operator-fails-back': { mild: 0.45, wild: 0.95 },
  'operator-drills': { mild: 0.4, wild: 0.9 },
} satisfies Record<string, Strength>;

export type FaultKind = keyof typeof STRENGTHS;
export const FAULT_KINDS = Object.keys(STRENGTHS) as readonly FaultKind[];

/** Whether a name that somebody typed names a fault. */
export const isFaultKind = (name: string): name is FaultKind => Object.hasOwn(STRENGTHS, name);

export interface MixOptions {
  /** `mild` draws no wild fault; a swarm has a few of them and many that are off. @default swarm */
  readonly temper?: 'mild' | 'swarm';
  /** Only these are drawn. @default all */
  readonly only?: readonly FaultKind[];
  /** These are off, and all others as if they were not. @default none */
  readonly without?: readonly FaultKind[];
}

export type Mix = ReadonlyMap<FaultKind, number>;

const OFF = 0.4;
const MILD = 0.8;

/** Draws how strong each fault is in one run. Each has a stream of its own: switching one off leaves the rest as it was. */
export function drawMix(streams: Streams, { temper = 'swarm', only, without = [] }: MixOptions = {}): Mix {
  const mix = new Map<FaultKind, number>();
  for (const kind of FAULT_KINDS) {
    const chance = streams.stream(`faults.${kind}.mix`);
    const level = chance.next();
    const strength = temper === 'mild' || level < MILD ? STRENGTHS[kind].mild : STRENGTHS[kind].wild;
    const drawn = strength * (0.5 + chance.next() / 2);
    // Whoever names faults wants to see them, so those are never off.
    const wanted = only ? only.includes(kind) : level >= OFF;
    mix.set(kind, wanted && !without.includes(kind) ? drawn : 0);
  }
  return mix;
}

/** The mix as it stands at the head of a run: a fault that is silently on is invisible in a failing run. */
export function printMix(mix: Mix): string[] {
  const on = [...mix].filter(([, share]) => share > 0);
  const off = [...mix].filter(([, share]) => share === 0).map(([kind]) => kind);
  return [
    ...on.map(([kind, share]) => `${kind} ${(share * 100).toPrecision(3)} %`),
    ...(off.length > 0 ? [`off: ${off.join(', ')}`] : []),
  ];
}
