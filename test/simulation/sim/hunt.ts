import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Duration, milliseconds, minutes, seconds } from '../../../core/time/instant.ts';
import { command, wholeNumber } from '../command-line.ts';
import { Blueprints } from './blueprints.ts';
import { tellFailure, tellShrunk } from './failure.ts';
import { readSeed, readTrial, TRIAL_OPTIONS } from './options.ts';
import { Progress } from './progress.ts';
import { Runner } from './runner.ts';
import { shrink } from './shrink.ts';
import { Tally } from './tally.ts';
import type { Trial } from './trial.ts';
import { checkerOf, type Verdict } from './verdict.ts';

const HELP = `npm run sim:hunt -- --minutes 10: lives through one seed after the other and looks for what was lost

  --minutes <n>       how long, 1 to 1440 (default 10); runs that have begun are brought to their end
  --from <seed>       the first seed (default: drawn by the time of day)
  --workers <n>       processes (default: as many as there are processors)
  --days <n>          days of faults in every run (default: by the seed, 2 to 6)
  --mild              no fault is wild in any run (default: by the seed)
  --installation <x>  small, selfrun, warehouse or sided in every run (default: by the seed)
  --only <a,b>        these faults and no others
  --without <a,b>     these faults are off`;

const WORKERS_MAX = 64;
/** For each checker: what fails a hundred times for one cause is made shorter a few times, and the hunt goes on. */
const SHRINKING = minutes(1);

const since = (started: number): Duration => milliseconds(performance.now() - started);

class Hunt {
  readonly tally = new Tally();
  readonly #trials: (seed: number) => Trial;
  readonly #until: () => boolean;
  readonly #progress = new Progress();
  readonly #started = performance.now();
  /** Time left to make failures of a checker shorter. */
  readonly #left = new Map<string, Duration>();
  #next: number;

  constructor(from: number, trials: (seed: number) => Trial, until: () => boolean) {
    this.#next = from;
    this.#trials = trials;
    this.#until = until;
  }

  async work(runner: Runner): Promise<void> {
    while (!this.#until()) {
      const verdict = await runner.run(this.#trials(this.#next++));
      this.tally.add(verdict);
      if (verdict.violations.length > 0) {
        this.#progress.say(...tellFailure(verdict));
        await this.#shorten(verdict, runner);
      }
      const { runs, failed, virtualDays } = this.tally;
      this.#progress.at(
        `${(this.seconds / 60).toFixed(1)} min: ${runs} runs, ${virtualDays.toFixed(0)} virtual days, ${failed} failed; next is seed ${this.#next}`,
      );
    }
  }

  async #shorten(verdict: Verdict, runner: Runner): Promise<void> {
    const checker = checkerOf(verdict.violations[0]!);
    const left = this.#left.get(checker) ?? SHRINKING;
    if (left <= 0) {
      this.#progress.say(
        `  ${checker} was made shorter before; with --shrink, the command does it for this one`,
      );
      return;
    }
    const began = performance.now();
    const shrunk = await shrink(verdict, {
      run: (trial) => runner.run(trial),
      over: () => since(began) > left,
      tell: (attempt) => this.#progress.at(`seed ${verdict.trial.seed}: made shorter, attempt ${attempt}`),
    });
    this.#left.set(checker, milliseconds(left - since(began)));
    this.#progress.say(...tellShrunk(shrunk));
  }

  get seconds(): number {
    return since(this.#started) / seconds(1);
  }

  say(...lines: readonly string[]): void {
    this.#progress.say(...lines);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      from: { type: 'string' },
      workers: { type: 'string', default: String(availableParallelism()) },
      ...TRIAL_OPTIONS,
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const lasting = minutes(wholeNumber('minutes', values.minutes, 1, 1_440));
  const workers = wholeNumber('workers', values.workers, 1, WORKERS_MAX);
  const from = values.from === undefined ? Math.floor(Date.now() / 1_000) : readSeed('from', values.from);
  // What was typed wrongly is said before anything begins.
  readTrial(from, values);
  console.log(`from seed ${from}, ${lasting / minutes(1)} minutes, ${workers} workers`);

  let stopped = false;
  process.once('SIGINT', () => {
    stopped = true;
  });
  const blueprints = await Blueprints.synthesized();
  const runners = Array.from({ length: workers }, () => new Runner({ blueprints }));
  try {
    const began = performance.now();
    const hunt = new Hunt(
      from,
      (seed) => readTrial(seed, values),
      () => stopped || since(began) > lasting,
    );
    await Promise.all(runners.map((runner) => hunt.work(runner)));
    hunt.say(...hunt.tally.report(hunt.seconds));
    return hunt.tally.failed > 0 || hunt.tally.neverHit.length > 0 ? 1 : 0;
  } finally {
    await Promise.all(runners.map((runner) => runner.close()));
    blueprints.close();
  }
}

await command('sim:hunt', main);
