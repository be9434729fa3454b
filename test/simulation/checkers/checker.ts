import type { Stage } from '../../../cli/stage.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { Faults } from '../../../embedded/faults/faults.ts';
import type { Disturbance } from '../../../embedded/sdk/transport.ts';
import type { Sides } from '../sim/sides.ts';

/** A hold that was lifted. */
export interface Lifted {
  readonly cluster: string;
  readonly recoveryPoint: string;
  readonly name: string;
  readonly at: Instant;
}

/** One run of the simulator, as checkers see it. */
export interface Run {
  readonly stage: Stage;
  readonly faults: Faults;
  readonly began: Instant;
  /** Holds that somebody has lifted so far: what they kept may stay until the next look at it. @default none */
  readonly lifted?: readonly Lifted[];
  /** The group that changes sides. @default none */
  readonly sides?: Sides | undefined;
}

/** One concern. It answers with sentences, each of which is a violation: what is wrong, where, and since when. */
export interface Checker {
  readonly name: string;
  /** Sees every call that was answered, before any fault can hide the answer. It must disturb nothing. */
  readonly watch?: Disturbance;
  /** The installation is deployed, and nothing has happened yet. */
  begin?(run: Run): void;
  /** After each day of faults: what holds whatever happens. */
  daily?(run: Run): readonly string[];
  /** Everything has healed and had its time. Checkers are asked one after another, and may let time pass. */
  judge?(run: Run): readonly string[] | Promise<readonly string[]>;
}

/** The regions of an installation, the primary first. */
export const regionsOf = ({ installation: { regions } }: Stage): readonly string[] => [
  regions.primary,
  ...regions.recovery,
];
