import type { Stage } from '../../../cli/stage.ts';
import type { HoldfastEvent } from '../../../core/catalog/events.ts';
import type { MoveKind } from '../../../core/groups/move.ts';
import { days, type Instant, later, minutes } from '../../../core/time/instant.ts';
import type { Execution } from '../../../embedded/states/execution.ts';
import { ending } from '../../support/world-of.ts';
import { AWAY } from '../installations.ts';

/** How often somebody starts it anew before they call for help. */
const STARTS = 6;
/** A page of a runbook is read, and what stood in the way is gone. */
const READING = minutes(30);
/** Nothing takes longer, the longest darkness included. */
const PATIENCE = days(2);

/** What somebody did until the group was where it was wanted. */
export interface Done {
  /** What brought the group where it is; absent where it never left. */
  readonly by?: MoveKind;
  /** How each execution ended that was started, in order. */
  readonly endings: readonly { readonly name: string; readonly message: string }[];
  readonly answers: number;
  readonly arrived: boolean;
}

/**
 * Somebody on call, with the page of the runbook: starts the machine in the recovery region, says yes when it asks, and
 * starts it again when it ends badly, once the regions that it needs are there.
 */
export class Person {
  readonly #stage: Stage;
  readonly #heard: readonly HoldfastEvent[];
  readonly #needs: readonly string[];
  readonly #until: Instant;
  readonly #isGone: () => boolean;
  #answered = 0;
  #answers = 0;

  /**
   * @param needs the regions without which there is no point in starting it
   * @param isGone whether the primary region is known to be lost for good
   */
  constructor(
    stage: Stage,
    heard: readonly HoldfastEvent[],
    needs: readonly string[],
    isGone: () => boolean = () => false,
  ) {
    this.#isGone = isGone;
    this.#stage = stage;
    this.#heard = heard;
    this.#needs = needs;
    this.#until = later(stage.now, PATIENCE);
  }

  async moves(wanted: MoveKind, group: string): Promise<Done> {
    const endings: Done['endings'][number][] = [];
    const done = (arrived: boolean, by?: MoveKind): Done => ({
      ...{ endings, answers: this.#answers, arrived },
      ...(by && { by }),
    });
    let machine = wanted;
    let wasGone = false;
    for (let n = 0; n < STARTS; n++) {
      if (!this.#isGone()) await this.#untilLit(this.#needs);
      const execution = this.#stage.start(AWAY, machine, { group, by: 'ben' });
      if (!(await this.#sees(execution, wasGone))) return done(false);
      endings.push(ending(execution));
      const isHome = machine === 'failback' && execution.status === 'SUCCEEDED';
      if (execution.status === 'SUCCEEDED' && !(isHome && this.#isGone())) return done(true, machine);
      // The exercise had raised the group already, and is gone on with; whoever was on the way home stays.
      if (execution.error === 'AlreadyActive' && wanted === 'failback') return done(true);
      machine = this.#isGone() && execution.error !== 'AlreadyActive' ? 'failover' : wanted;
      wasGone = this.#isGone();
      await this.#stage.run(READING);
    }
    return done(false);
  }

  /**
   * Answers what it asks, until it has ended; what waits for a region that is lost for good is stopped, as the page says.
   * False when it never ends.
   */
  async #sees(execution: Execution, wasGone: boolean): Promise<boolean> {
    const { world, states } = this.#stage.cloud;
    const hasToStop = () => !wasGone && this.#isGone();
    const runs = () => execution.status === 'RUNNING' && this.#stage.now < this.#until && !hasToStop();
    while (runs()) {
      await world.runWhile(() => runs() && this.#questions.length === this.#answered);
      const asked = this.#questions.length;
      if (!runs() || asked === this.#answered) continue;
      await this.#stage.run(minutes(10));
      await this.#untilLit([AWAY]);
      await this.#says(String(this.#questions.at(-1)!.facts!['approval']));
      this.#answered = asked;
    }
    if (hasToStop()) {
      await this.#stage.run(READING);
      if (execution.status === 'RUNNING') states.stop(execution, 'Stopped', 'the primary region is gone');
    }
    return execution.status !== 'RUNNING';
  }

  async #says(approval: string): Promise<void> {
    const execution = await this.#stage.execute(AWAY, 'answer', { approval, answer: 'yes', by: 'ann' });
    if (execution.status === 'SUCCEEDED') this.#answers++;
  }

  async #untilLit(regions: readonly string[]): Promise<void> {
    const { world, isDark } = this.#stage.cloud;
    const dark = () => regions.some(isDark);
    if (!dark()) return;
    await world.runWhile(() => dark() && this.#stage.now < this.#until);
    await this.#stage.run(READING);
  }

  get #questions(): readonly HoldfastEvent[] {
    return this.#heard.filter(({ name }) => name === 'ApprovalAsked');
  }
}
