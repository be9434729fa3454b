import type { Tag, VolumeType } from '@aws-sdk/client-ec2';
import type { Instant } from '../../core/time/instant.ts';
import { GONE, type Timeline } from '../rds/timeline.ts';
import type { BlockHistory } from './blocks.ts';

export type Tags = ReadonlyMap<string, string>;

export interface Instance {
  readonly id: string;
  readonly zone: string;
  readonly rootDevice: string;
  /** Device name → volume id. */
  readonly devices: Map<string, string>;
  readonly timeline: Timeline;
  readonly launchedAt: Instant;
  tags: Tags;
}

export interface Volume {
  readonly id: string;
  readonly zone: string;
  readonly sizeGib: number;
  readonly type: VolumeType;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
  readonly kmsKeyId: string | undefined;
  /** The snapshot that it was made of. */
  readonly snapshotId: string | undefined;
  readonly createdAt: Instant;
  readonly timeline: Timeline;
  readonly history: BlockHistory;
  /** What repeats of the request that made it carry. */
  readonly token: { readonly is: string; readonly request: string } | undefined;
  tags: Tags;
}

export interface Snapshot {
  readonly id: string;
  /** Of a copy it is none that exists. */
  readonly volumeId: string;
  readonly sizeGib: number;
  readonly startedAt: Instant;
  readonly history: BlockHistory;
  /** The instant whose blocks it holds. */
  readonly blocksOf: Instant;
  readonly kmsKeyId: string | undefined;
  readonly timeline: Timeline;
  readonly progress: { readonly from: Instant; readonly to: Instant };
  /** Set when it ends as `error`. */
  stateMessage: string | undefined;
  /** Set for a copy: which snapshot it is of, and which volume's blocks it carries. */
  readonly copyOf:
    | { readonly region: string; readonly snapshotId: string; readonly lineage: string }
    | undefined;
  /** A list shows it from here on: EC2 is eventually consistent. */
  readonly listedFrom: Instant;
  /** A registered image boots from it. */
  imaged: boolean;
  tags: Tags;
}

export interface RegionStore {
  readonly region: string;
  readonly instances: Map<string, Instance>;
  readonly volumes: Map<string, Volume>;
  readonly snapshots: Map<string, Snapshot>;
}

export const emptyRegion = (region: string): RegionStore => ({
  region,
  instances: new Map(),
  volumes: new Map(),
  snapshots: new Map(),
});

/** What is still there at `now`, oldest first; what is gone is forgotten. */
export function present<Item extends { readonly id: string; readonly timeline: Timeline }>(
  items: Map<string, Item>,
  now: Instant,
): Item[] {
  for (const [id, item] of items) if (item.timeline.status(now) === GONE) items.delete(id);
  return [...items.values()];
}

export const tagsOf = (tags: readonly Tag[] | undefined): Tags =>
  new Map((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

export const listed = (tags: Tags): Tag[] => [...tags].map(([Key, Value]) => ({ Key, Value }));
