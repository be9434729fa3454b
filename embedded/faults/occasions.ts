import type { FaultKind } from './mix.ts';

/** Which engines a cloud has clusters of: what befalls the others has no occasion. */
export interface Engines {
  /** @default true */
  readonly databases: boolean;
  /** @default false */
  readonly volumes: boolean;
  /** @default false */
  readonly tables: boolean;
  /** @default false */
  readonly warehouses: boolean;
  /** @default false */
  readonly standbys: boolean;
  /** @default false */
  readonly vectors: boolean;
  /** Clusters stand in groups, which change sides. @default false */
  readonly groups: boolean;
}

interface Without {
  readonly why: string;
  readonly here: (engines: Engines) => boolean;
  readonly kinds: readonly FaultKind[];
}

const OCCASIONS: readonly Without[] = [
  {
    why: 'with a cluster here its functions would go, which the embedded CloudFormation does not take away',
    here: ({ databases, volumes }) => databases || volumes,
    kinds: ['operator-deletes-cluster'],
  },
  {
    why: 'a group whose members are gone does not change sides',
    here: ({ groups }) => !groups,
    kinds: ['operator-deletes-cluster'],
  },
  {
    why: 'no cluster stands in a group',
    here: ({ groups }) => groups,
    kinds: ['operator-fails-over', 'operator-fails-back', 'operator-drills'],
  },
  {
    why: 'there is no cluster of RDS',
    here: ({ databases }) => databases,
    kinds: ['throttle.rds', 'server-error.rds', 'snapshot-vanishes', 'cluster-busy'],
  },
  {
    why: 'there is no cluster on EBS',
    here: ({ volumes }) => volumes,
    kinds: ['throttle.ec2', 'server-error.ec2'],
  },
  {
    why: 'no engine here makes snapshots of its own',
    here: ({ databases, volumes }) => databases || volumes,
    kinds: ['snapshot-fails', 'snapshot-hangs'],
  },
  {
    why: 'no engine here has a tool that runs as a task',
    here: ({ tables, vectors }) => tables || vectors,
    kinds: [
      ...(['throttle.ecs', 'server-error.ecs'] as const),
      ...(['throttle.cloudwatch-logs', 'server-error.cloudwatch-logs'] as const),
      ...(['task-finds-no-room', 'task-never-starts', 'task-stopped', 'task-out-of-memory'] as const),
    ],
  },
  {
    why: 'there is no cluster of TiDB',
    here: ({ tables }) => tables,
    kinds: [
      ...(['object-event-lost', 'log-task-stopped', 'log-task-paused', 'log-stuck'] as const),
      ...(['log-refused', 'pd-unreachable', 'truncation-cut-off'] as const),
    ],
  },
  {
    why: 'no function stands in the network of a cluster',
    here: ({ warehouses, vectors }) => warehouses || vectors,
    kinds: [
      'throttle.lambda',
      'server-error.lambda',
      'network-unreachable',
      'network-cut',
      'operator-restores-part',
    ],
  },
  {
    why: 'there is no cluster of Doris',
    here: ({ warehouses }) => warehouses,
    kinds: [
      ...(['doris-transfer-stuck', 'doris-snapshot-hangs', 'doris-commit-hangs'] as const),
      ...(['doris-versions-merged', 'doris-backend-refused', 'doris-job-of-another'] as const),
      ...(['doris-being-submitted', 'doris-frontend-restarts', 'doris-info-doubled'] as const),
      'operator-drops-table',
    ],
  },
  {
    why: 'no cluster has a standby',
    here: ({ standbys }) => standbys,
    kinds: ['standby-stalls', 'standby-lag-unknown', 'standby-syncer-down', 'standby-paused'],
  },
  {
    why: 'there is no cluster of Milvus',
    here: ({ vectors }) => vectors,
    kinds: [
      ...(['milvus-down', 'milvus-tool-killed', 'milvus-tool-fails'] as const),
      ...(['milvus-gc-not-paused', 'milvus-import-stalls'] as const),
    ],
  },
];

/** Faults that have no occasion where only these engines are, each with why not. */
export const withoutOccasion = ({
  databases = true,
  volumes = false,
  tables = false,
  warehouses = false,
  standbys = false,
  vectors = false,
  groups = false,
}: Partial<Engines>): readonly (readonly [FaultKind, string])[] => {
  const engines = { databases, volumes, tables, warehouses, standbys, vectors, groups };
  return OCCASIONS.filter(({ here }) => !here(engines)).flatMap(({ kinds, why }) =>
    kinds.map((kind) => [kind, why] as const),
  );
};
