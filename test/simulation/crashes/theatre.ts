import type { Stage } from '../../../cli/stage.ts';
import { fnv1a } from '../../../core/ids/fnv.ts';
import type { Disturbance } from '../../../embedded/sdk/transport.ts';
import { announcements, type Blueprint } from '../../support/world-of.ts';
import { LifeCycleWatch } from '../checkers/life-cycle-kept.ts';
import { backup } from './backup.ts';
import { copy } from './copy.ts';
import { CrashPoints } from './crash-points.ts';
import { expire } from './expire.ts';
import { failingBackup, failingCopy, failingRestore } from './failing.ts';
import { Ground } from './ground.ts';
import { leanBlueprint } from './lean-blueprint.ts';
import { type Placement, printPlacement } from './placement.ts';
import { restore } from './restore.ts';
import { CLUSTERS, type Engine, type Flow, type FlowScenario } from './scenario.ts';
import { judgeTheWhole } from './verdicts.ts';

const SCENARIOS: Readonly<Record<Flow, FlowScenario>> = {
  backup,
  copy,
  expire,
  restore,
  'failing-backup': failingBackup,
  'failing-copy': failingCopy,
  'failing-restore': failingRestore,
};

/** Every scenario there is, of these flows and engines. */
export const subjectsOf = (flows: readonly Flow[], engines: readonly Engine[]): readonly Subject[] =>
  flows.flatMap((flow) =>
    engines
      .filter((engine) => SCENARIOS[flow].engines?.includes(engine) ?? true)
      .map((engine) => ({ flow, engine })),
  );
/** Every run has the same: what differs between two runs is where they crash. */
const SEED = 1;

export interface Subject {
  readonly flow: Flow;
  readonly engine: Engine;
}

/** What came of one run. */
export interface Run {
  readonly placement: Placement;
  /** Every call that was made, in order; the first is number 1. */
  readonly calls: readonly string[];
  readonly violations: readonly string[];
}

/** Of runs with two crashes and more, one in so many is thorough; those with fewer all are. */
const THOROUGH_ONE_IN = 10;

/** Follows from the placement, so that a run looks the same whenever it is had again. */
const isThorough = (placement: Placement): boolean =>
  placement.length < 2 || fnv1a(printPlacement(placement)) % THOROUGH_ONE_IN === 0;

interface Laid {
  readonly ground: Ground;
  readonly points: readonly string[];
}

/** Runs scenarios, each on a fresh deployment, so that any run can be had again by its placement alone. */
export class Theatre {
  readonly #blueprint: Blueprint;
  readonly #laid = new Map<string, Laid>();

  private constructor(blueprint: Blueprint) {
    this.#blueprint = blueprint;
  }

  static async open(): Promise<Theatre> {
    return new Theatre(await leanBlueprint());
  }

  close(): void {
    this.#blueprint.close();
  }

  /** Runs a scenario with crashes at these calls, until it is quiet, and judges what came of it. */
  async run(subject: Subject, placement: Placement): Promise<Run> {
    const scenario = SCENARIOS[subject.flow];
    const { ground, points } = await this.#groundOf(subject);
    const watch = new LifeCycleWatch();
    const crashes = new CrashPoints(placement, scenario.functions);
    const stage = this.#stage(watch, crashes);
    watch.begin({ stage });
    const cluster = CLUSTERS[subject.engine];
    await ground.layOn(stage, watch);
    const heard = announcements(stage);
    crashes.begin();
    scenario.begin(stage, cluster, points);
    await stage.run(scenario.patience);
    crashes.end();
    const ended = {
      ...{ stage, cluster, engine: subject.engine, points, heard },
      ...{ crashes: crashes.struck, thorough: isThorough(placement) },
    };
    const violations = [
      ...(crashes.struck === placement.length
        ? []
        : [`of ${printPlacement(placement)}, ${crashes.struck} crashes took place`]),
      ...judgeTheWhole(ended),
      ...(await scenario.judge(ended)),
      ...watch.violations,
    ];
    return { placement, calls: crashes.calls, violations };
  }

  async #groundOf({ flow, engine }: Subject): Promise<Laid> {
    const key = `${flow} ${engine}`;
    const found = this.#laid.get(key);
    if (found) return found;
    const ground = new Ground();
    const stage = this.#stage(ground);
    const points = await SCENARIOS[flow].prepare({ stage, ground, cluster: CLUSTERS[engine], engine });
    ground.end(stage);
    const laid = { ground, points };
    this.#laid.set(key, laid);
    return laid;
  }

  #stage(...disturbances: Disturbance[]): Stage {
    return this.#blueprint.stage(SEED, ...disturbances);
  }
}
