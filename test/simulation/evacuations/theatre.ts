import type { Stage } from '../../../cli/stage.ts';
import { hours } from '../../../core/time/instant.ts';
import type { Disturbance } from '../../../embedded/sdk/transport.ts';
import { announcements, type Blueprint } from '../../support/world-of.ts';
import { LifeCycleWatch } from '../checkers/life-cycle-kept.ts';
import { OneTrueSide } from '../checkers/one-true-side.ts';
import { Ground } from '../crashes/ground.ts';
import { AWAY, HOME } from '../installations.ts';
import { evacuationsBlueprint, GROUP } from './blueprint.ts';
import { type Placement, printAt } from './fault.ts';
import { Lights } from './lights.ts';
import { Person } from './person.ts';
import { switchSchedules } from './schedules.ts';
import { STORY, type StoryName } from './story.ts';
import { heldAway, judge, provenNow } from './verdicts.ts';

/** Every run has the same: what differs between two runs is where the light goes out. */
const SEED = 1;
/** The group has arrived, both regions are there, and its schedules came once more. */
const AFTERWARDS = hours(5);

/** What came of one run. */
export interface Run {
  readonly story: StoryName;
  readonly placement: Placement | undefined;
  /** Every call that was made, in order; the first is number 1. */
  readonly calls: readonly string[];
  /** The numbers of those that took effect, so that there is a moment after it. */
  readonly effective: ReadonlySet<number>;
  /** The numbers of those before which nothing had happened since the one before them took effect. */
  readonly adjacent: ReadonlySet<number>;
  /** How the executions ended that somebody had to start. */
  readonly endings: readonly string[];
  readonly violations: readonly string[];
}

/** Lives through evacuations, each on a fresh deployment, so that any run can be had again by its placement alone. */
export class Theatre {
  readonly #blueprint: Blueprint;
  readonly #laid = new Map<StoryName, Ground>();
  readonly #undisturbed = new Map<StoryName, Run>();

  private constructor(blueprint: Blueprint) {
    this.#blueprint = blueprint;
  }

  static async open(): Promise<Theatre> {
    return new Theatre(await evacuationsBlueprint());
  }

  close(): void {
    this.#blueprint.close();
  }

  /** A story as it goes without any fault. What a process does for the first time may wait longer than ever after. */
  async undisturbed(name: StoryName): Promise<Run> {
    const known = this.#undisturbed.get(name);
    if (known) return known;
    await this.run(name);
    const found = await this.run(name);
    this.#undisturbed.set(name, found);
    return found;
  }

  /**
   * One move of the group, with the light going out, or on, at a call; then some hours of every day.
   *
   * @param tamper spoils the end of it before it is judged
   */
  async run(name: StoryName, placement?: Placement, tamper?: (stage: Stage) => void): Promise<Run> {
    const story = STORY[name];
    const ground = await this.#groundOf(name);
    const lives = new LifeCycleWatch();
    const sides = new OneTrueSide(lives);
    const lights = new Lights(placement, story.functions);
    const stage = this.#stage(lives, lights);
    for (const checker of [lives, sides]) checker.begin({ stage });
    await ground.layOn(stage, lives);
    const heard = announcements(stage);
    const proven = provenNow(stage);
    switchSchedules(stage, 'ENABLED');
    lights.begin(stage);
    const began = stage.now;
    const away = story.machine === 'failback' ? heldAway(stage) : undefined;
    const isGone = () => placement?.fault === 'home-gone' && lights.struck !== undefined;
    const done = await new Person(stage, heard, story.needs, isGone).moves(story.machine, GROUP);
    lights.end();
    await untilLit(stage, lights.struck);
    await stage.run(AFTERWARDS);
    tamper?.(stage);
    const active = isGone() ? AWAY : story.active;
    const ended = { stage, story, active, done, heard, lights, proven, away, began };
    const violations = [
      ...(placement && !lights.struck ? [`nothing was struck at ${printAt(placement)}`] : []),
      ...(await judge(ended)),
      ...sides.violations,
      ...lives.violations,
    ];
    const endings = done.endings.map((one) => `${one.name}: ${one.message}`);
    const { calls, effective, adjacent } = lights;
    return { story: name, placement, calls, effective, adjacent, endings, violations };
  }

  async #groundOf(name: StoryName): Promise<Ground> {
    const found = this.#laid.get(name);
    if (found) return found;
    const ground = new Ground();
    const stage = this.#stage(ground);
    await STORY[name].prepare({ stage, ground, heard: announcements(stage) });
    ground.end(stage);
    this.#laid.set(name, ground);
    return ground;
  }

  #stage(...disturbances: Disturbance[]): Stage {
    const stage = this.#blueprint.stage(SEED, ...disturbances);
    switchSchedules(stage, 'DISABLED');
    return stage;
  }
}

/** What was struck comes back in its time, and what was dark from the beginning comes back then. */
async function untilLit({ cloud, now }: Stage, struck: Lights['struck']): Promise<void> {
  if (struck && struck.until > now) await cloud.world.runUntil(struck.until);
  if (cloud.isDark(HOME)) cloud.bringBack(HOME);
}
