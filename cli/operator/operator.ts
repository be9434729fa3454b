import type { Installation } from '../../core/plan/installation.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import type { Drills } from '../../core/ports/drills.ts';
import type { Groups } from '../../core/ports/groups.ts';
import type { Head } from '../../core/receipts/receipt.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { Desk } from './desk-in.ts';
import type { VaultView } from './read-vault.ts';
import type { Starter } from './starter-in.ts';

/** What lies in the catalog beside recovery points. */
export interface Records {
  readonly drills: Drills;
  readonly groups: Groups;
}

/** What an operator's command works with: the configuration, one moment, and the catalog's replica in each region. */
export interface Operator {
  readonly installation: Installation;
  /** Where the command reads, and writes what has no region of its own. */
  readonly region: string;
  readonly now: Instant;
  readonly catalog: (region: string) => Catalog;
  readonly records: (region: string) => Records;
  readonly desk: (region: string) => Desk;
  readonly starter: (region: string) => Starter;
  /** @throws VaultNotFound */
  readonly vault: (region: string) => Promise<VaultView>;
  /** Where the catalog says that a region's chain of receipts ends. */
  readonly newestReceipt: (region: string) => Promise<Head | undefined>;
}

/** What a command has to say: once for machines, once for people. */
export interface Answer {
  readonly json: unknown;
  readonly lines: readonly string[];
  /** What the shell is told. @default 0 */
  readonly code?: number;
}

/** What is around the process: in tests, an embedded cloud. */
export interface Surroundings {
  /** What `holdfast.config.ts` exports. */
  readonly config: () => Promise<unknown>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Instant;
  readonly catalog: (region: string) => Catalog;
  /** @default in the account, as the catalog */
  readonly records?: (region: string) => Records;
  /** @default in the account, as the catalog */
  readonly desk?: (region: string) => Desk;
  /** @default in the account, as the catalog */
  readonly starter?: (region: string) => Starter;
  /** @throws VaultNotFound */
  readonly vault: (region: string) => Promise<VaultView>;
  readonly newestReceipt: Operator['newestReceipt'];
}

export const regionsOf = ({ regions }: Installation): readonly string[] => [
  regions.primary,
  ...regions.recovery,
];
