import { Blueprint } from '../../support/world-of.ts';
import { SCENERIES, SCENERY_NAMES, type SceneryName } from './sceneries.ts';
import type { Trial } from './trial.ts';

/** What another process needs, to live through runs without synthesizing anything. */
export type Lent = readonly (readonly [SceneryName, Pick<Blueprint, 'installation' | 'assembly'>])[];

/** The blueprints of all installations that runs are lived through in. */
export class Blueprints {
  readonly #all: ReadonlyMap<SceneryName, Blueprint>;

  constructor(all: ReadonlyMap<SceneryName, Blueprint>) {
    this.#all = all;
  }

  static async synthesized(names: readonly SceneryName[] = SCENERY_NAMES): Promise<Blueprints> {
    const all = new Map<SceneryName, Blueprint>();
    for (const name of names) all.set(name, await Blueprint.of(SCENERIES[name].input));
    return new Blueprints(all);
  }

  static lent(lent: Lent): Blueprints {
    return new Blueprints(
      new Map(lent.map(([name, of]) => [name, Blueprint.lent(SCENERIES[name].input, of)])),
    );
  }

  /** To be lent. */
  get lent(): Lent {
    return [...this.#all].map(([name, { installation, assembly }]) => [name, { installation, assembly }]);
  }

  /** Where a trial takes place. Throws when that was not synthesized. */
  of({ installation = 'small' }: Pick<Trial, 'installation'>): Blueprint {
    const found = this.#all.get(installation);
    if (!found) throw new Error(`the installation ${installation} was not synthesized`);
    return found;
  }

  close(): void {
    for (const blueprint of this.#all.values()) blueprint.close();
  }
}
