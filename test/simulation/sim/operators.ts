import type { Stage } from '../../../cli/stage.ts';
import { hours, later, milliseconds } from '../../../core/time/instant.ts';
import type { Faults } from '../../../embedded/faults/faults.ts';
import type { Blueprint } from '../../support/world-of.ts';
import type { Lifted } from '../checkers/checker.ts';
import { backsUp, holds, stopsExecution, undeletes } from './operators-catalog.ts';
import { deletesCluster, editsPlan, redeploys } from './operators-deploying.ts';
import { type Act, Desk, type OperatorKind } from './operators-desk.ts';
import { drills, failsBack, failsOver } from './operators-moving.ts';
import { dropsTable, restoresPart } from './operators-parts.ts';
import { twoRestores } from './operators-restoring.ts';
import type { Scenery } from './sceneries.ts';
import type { Sides } from './sides.ts';

const ACTS: Readonly<Record<OperatorKind, Act>> = {
  'operator-two-restores': twoRestores,
  'operator-redeploys': redeploys,
  'operator-edits-plan': editsPlan,
  'operator-deletes-cluster': deletesCluster,
  'operator-holds': holds,
  'operator-undeletes': undeletes,
  'operator-backs-up': backsUp,
  'operator-stops-execution': stopsExecution,
  'operator-restores-part': restoresPart,
  'operator-drops-table': dropsTable,
  'operator-fails-over': failsOver,
  'operator-fails-back': failsBack,
  'operator-drills': drills,
};

/** People begin early enough in a day for what they wait for to come. */
const BEGINS_BEFORE = hours(20);

/**
 * People at the consoles, who mean well and do not know of each other. Each kind of thing that they do has its own
 * stream and its share of the days, as faults have. Their own calls are not disturbed; they do not use the console of a
 * region that is dark.
 *
 * Never done, because no correct system could survive it: emptying a vault, destroying a key, deleting the catalog or
 * the snapshots that it names. A recovery region added or removed is no edit of a plan, and a test of its own.
 */
export class Operators {
  readonly #desk: Desk;

  constructor(stage: Stage, faults: Faults, blueprint: Blueprint, scenery: Scenery, sides?: Sides) {
    this.#desk = new Desk(stage, faults, blueprint, scenery, sides);
  }

  /** Draws what people do in the 24 hours that follow. */
  scheduleDay(): void {
    const { faults, stage } = this.#desk;
    const { world } = stage.cloud;
    for (const [kind, act] of Object.entries(ACTS) as [OperatorKind, Act][]) {
      if (!faults.strikes(kind)) continue;
      const chance = faults.stream(kind);
      const from = later(world.now(), milliseconds(chance.between(0, BEGINS_BEFORE)));
      world.at(from, async () => {
        if (!faults.raging) return;
        const what = await act(this.#desk, chance);
        if (what !== undefined) faults.record(kind, what);
      });
    }
  }

  /** Holds that were lifted. */
  get lifted(): readonly Lifted[] {
    return this.#desk.lifted;
  }

  /** What people saw that must not be, in sentences. */
  get violations(): readonly string[] {
    return this.#desk.violations;
  }
}
