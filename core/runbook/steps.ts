import type { RecoveryPoint } from '../catalog/recovery-point.ts';
import type { ManifestIndex } from '../manifest/index-file.ts';
import type { Cluster } from '../plan/installation.ts';

/** A recovery point as it lies in one region, for a page that says how to recover it there without Holdfast. */
export interface Recoverable {
  readonly cluster: Cluster;
  readonly point: RecoveryPoint;
  readonly index: ManifestIndex;
  readonly region: string;
  readonly account: string;
  /** The vault's bucket. */
  readonly bucket: string;
  /** Alias ARN of the vault's key. */
  readonly key: string;
}

/** What one engine's page says: shell text that runs as it stands, and sentences around it. */
export interface Steps {
  /** What has to be at hand. */
  readonly needs: readonly string[];
  /** One script per step, in their order. `sh` runs as it stands; `sql` and `text` are for another tool. */
  readonly steps: readonly {
    readonly says: string;
    readonly language: 'sh' | 'sql' | 'text';
    readonly text: string;
  }[];
  readonly afterwards: readonly string[];
}

/** Copies of objects that a script makes at one time. */
export const COPIES_AT_ONCE = 16;

/** Between single quotes in a shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
