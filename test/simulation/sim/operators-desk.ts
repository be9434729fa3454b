import type { Stage } from '../../../cli/stage.ts';
import type { HoldfastInput } from '../../../core/plan/input.ts';
import { type Duration, later, minutes } from '../../../core/time/instant.ts';
import type { Faults } from '../../../embedded/faults/faults.ts';
import type { FaultKind } from '../../../embedded/faults/mix.ts';
import type { RandomStream } from '../../../embedded/random/streams.ts';
import type { Blueprint } from '../../support/world-of.ts';
import { type Lifted, regionsOf } from '../checkers/checker.ts';
import { SCENERIES, type Scenery } from './sceneries.ts';
import type { Sides } from './sides.ts';

/** How often a person looks whether what they wait for has come. */
const LOOK_EVERY = minutes(5);

/** What people share: what they look at, what they wrote down, and what they found wrong. */
export class Desk {
  readonly stage: Stage;
  readonly faults: Faults;
  readonly blueprint: Blueprint;
  readonly violations: string[] = [];
  readonly lifted: Lifted[] = [];
  readonly scenery: Scenery;
  /** The group that changes sides, where there is one. */
  readonly sides: Sides | undefined;
  /** What was deployed last, as a person has it in a file. */
  input: HoldfastInput;
  #numbers = 0;

  constructor(
    stage: Stage,
    faults: Faults,
    blueprint: Blueprint,
    scenery: Scenery = SCENERIES.small,
    sides?: Sides,
  ) {
    this.sides = sides;
    this.stage = stage;
    this.faults = faults;
    this.blueprint = blueprint;
    this.scenery = scenery;
    this.input = scenery.input;
  }

  /** A number that nobody has used yet, for names. */
  get number(): number {
    return ++this.#numbers;
  }

  get home(): string {
    return this.stage.installation.regions.primary;
  }

  get lit(): readonly string[] {
    return regionsOf(this.stage).filter((region) => !this.stage.cloud.isDark(region));
  }

  get isHomeLit(): boolean {
    return !this.stage.cloud.isDark(this.home);
  }

  /**
   * Looks every few minutes whether there is something to choose from, and chooses. Undefined when the time is over, or
   * the days on which people do such things are. What lasts for seconds needs somebody who looks more often.
   */
  async choice<Item>(
    chance: RandomStream,
    items: () => readonly Item[],
    within: Duration,
    every: Duration = LOOK_EVERY,
  ): Promise<Item | undefined> {
    const { world } = this.stage.cloud;
    const until = later(world.now(), within);
    while (this.faults.raging) {
      const found = items();
      if (found.length > 0) return chance.pick(found);
      if (world.now() >= until) return undefined;
      await world.sleep(every);
    }
    return undefined;
  }
}

/** What a person does once. Answers what it was, or undefined when there was no occasion for it. */
export type Act = (desk: Desk, chance: RandomStream) => Promise<string | undefined>;
export type OperatorKind = Extract<FaultKind, `operator-${string}`>;
