import type { Stage } from '../../../cli/stage.ts';
import type { HoldfastEvent } from '../../../core/catalog/events.ts';
import type { Duration } from '../../../core/time/instant.ts';
import { functionName } from '../../../lib/names.ts';
import type { TaskName } from '../../../workflows/contracts/tasks.ts';
import { definitionString, MACHINES, type MachineName } from '../../../workflows/index.ts';
import type { Ground } from './ground.ts';

export const FLOWS = [
  'backup',
  'copy',
  'expire',
  'restore',
  'failing-backup',
  'failing-copy',
  'failing-restore',
] as const;
export type Flow = (typeof FLOWS)[number];
export const ENGINES = ['objects', 'aurora'] as const;
export type Engine = (typeof ENGINES)[number];

/** The clusters of the lean installation. */
export const CLUSTERS: Readonly<Record<Engine, string>> = { objects: 'documents', aurora: 'orders' };

/** A scenario at its end, as those who judge it see it. */
export interface Ended {
  readonly stage: Stage;
  readonly cluster: string;
  readonly engine: Engine;
  /** Ids of the recovery points that the ground laid, oldest first. */
  readonly points: readonly string[];
  /** What was announced since the scenario began. */
  readonly heard: readonly HoldfastEvent[];
  /** How many crashes took place. */
  readonly crashes: number;
  /** Whether points are restored as well: what they hold is compared in any case. */
  readonly thorough: boolean;
}

/**
 * One flow as it runs by itself, and what must have come of it. A machine repeats what crashed eight times, and Lambda
 * an event twice: with one crash, and with two, every flow comes to the end that it has without any. A third one can
 * use up the event of a trigger.
 */
export interface FlowScenario {
  readonly flow: Flow;
  /** @default all */
  readonly engines?: readonly Engine[];
  /** Functions whose calls and invocations are counted and crashed. */
  readonly functions: ReadonlySet<string>;
  /** After so long everything has ended, also when the flow crashed and was begun anew. */
  readonly patience: Duration;
  /** Lives through what came before. Answers the ids of the recovery points, oldest first. */
  prepare(on: Preparing): Promise<readonly string[]>;
  begin(stage: Stage, cluster: string, points: readonly string[]): void;
  judge(ended: Ended): readonly string[] | Promise<readonly string[]>;
}

export interface Preparing {
  readonly stage: Stage;
  readonly ground: Ground;
  readonly cluster: string;
  readonly engine: Engine;
}

/** The functions that a machine invokes, and whoever cleans up after it. */
export const functionsOf = (machine: MachineName, ...more: readonly TaskName[]): ReadonlySet<string> =>
  new Set(
    [
      ...[...definitionString(MACHINES[machine]).matchAll(/\$\{(\w+)\}/g)].map(
        ([, task]) => task as TaskName,
      ),
      'CloseStoppedExecution' as const,
      ...more,
    ].map(functionName),
  );
