import type * as z from 'zod';
import type { EngineDriver } from '../../core/engines/driver.ts';
import type { Mark } from '../../core/log/chain.ts';
import type { Cluster, EngineName, Installation } from '../../core/plan/installation.ts';
import type { Announcer } from '../../core/ports/announcer.ts';
import type { Approvals } from '../../core/ports/approvals.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import type { Drills } from '../../core/ports/drills.ts';
import type { Executions } from '../../core/ports/executions.ts';
import type { Groups } from '../../core/ports/groups.ts';
import type { Machines } from '../../core/ports/machines.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Telemetry } from '../../core/ports/platform.ts';
import type { Receipts } from '../../core/ports/receipts.ts';
import type { Switchboard } from '../../core/ports/switchboard.ts';
import type { Waiting } from '../../core/ports/waiting.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { TaskContract } from '../../workflows/contracts/shared.ts';

export interface Configured {
  readonly installation: Installation;
  /** When this configuration was put in place. */
  readonly since: Instant;
}

/** Where the validated configuration is read from. */
export interface Configuration {
  read(): Promise<Configured>;
}

/** The vault bucket of this region, for Holdfast's own notes. */
export interface Vault {
  readonly store: Pick<ObjectStore, 'get' | 'put'>;
  readonly bucket: string;
}

/** The vaults of all regions, for pages that lie beside manifests. */
export interface Pages {
  placeIn(region: string): { readonly bucket: string; readonly key: string; readonly account: string };
  put(region: string, key: string, text: string): Promise<void>;
}

/** Moves are written in the region that a group goes to, and nowhere else. */
export interface DecidedThere {
  readonly groups: Pick<Groups, 'epoch' | 'moves' | 'member'>;
  readonly approvals: Pick<Approvals, 'approval'>;
}

/** Everything that tasks work with. Each takes the few it needs: `Pick<TaskPorts, 'catalog' | 'drivers'>`. */
export interface TaskPorts {
  /** The region that this function runs in. */
  readonly region: string;
  readonly role: 'primary' | 'recovery';
  /** The region of capture. */
  readonly home: string;
  readonly configuration: Configuration;
  readonly catalog: Catalog;
  /** Which side of a group is the true one, and the moves between them. */
  readonly groups: Groups;
  /** The sides as another region's replica has them, asked once and for a short time; undefined where no group goes. */
  readonly groupsIn: (region: string) => Pick<Groups, 'epoch'> | undefined;
  /** What the region that a group goes to has decided and was allowed, as its own replica has it; undefined where none goes. */
  readonly movesIn: (region: string) => DecidedThere | undefined;
  readonly drills: Drills;
  readonly drivers: (engine: EngineName) => EngineDriver;
  /** The same as captures of this region use them: it is their home, whichever side of a group it is. */
  readonly driversHere: (engine: EngineName) => EngineDriver;
  /** Up to where a log chain is whole in the vault of a region, from what lies there; undefined while nothing does. */
  readonly checkpointIn: (cluster: Cluster, region: string, chain: string) => Promise<Mark | undefined>;
  readonly announcer: Announcer;
  readonly machines: Machines;
  readonly executions: Executions;
  /** Questions of this region that wait for a person, or were answered. */
  readonly approvals: Approvals;
  readonly waiting: Waiting;
  /** Machine → ARN, of the machines of this region. */
  readonly machineArns: Readonly<Record<string, string>>;
  readonly vault: Vault;
  /** Where pages for whoever has to recover without Holdfast are left. */
  readonly pages: Pages;
  /** The chain of receipts of this region. */
  readonly receipts: Receipts;
  /** What applications of a region read, to know where a cluster is. */
  readonly switchboards: (region: string) => Switchboard;
  /** The bucket where restores of a region land when nothing else is said. */
  readonly landings: (region: string) => string;
  /** The bucket where restores land when nothing else is said. */
  readonly landing: string;
  readonly telemetry: Telemetry;
}

/** A task's input as its work sees it, and its output as its work may give it. */
export type Input<Contract> =
  Contract extends TaskContract<string, infer In, z.ZodType> ? z.output<In> : never;
export type Output<Contract> =
  Contract extends TaskContract<string, z.ZodType, infer Out> ? z.input<Out> : never;
