import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { command, wholeNumber } from '../command-line.ts';
import { Blueprints } from '../sim/blueprints.ts';
import { Progress } from '../sim/progress.ts';
import { Runner } from '../sim/runner.ts';
import { commandOf, type Trial } from '../sim/trial.ts';
import { checkerOf } from '../sim/verdict.ts';
import { ALL_MUTANTS } from './all.ts';
import { runTest, testCommand } from './by-test.ts';
import { changesTemplates, MUTANT_VARIABLE, type Mutant, requireFresh, trialUnder } from './mutant.ts';

const HELP = `npm run sim:mutants: breaks the product on purpose, and looks whether a checker, or the test that a mutant names, sees it

  --only <a,b>        these mutants (default: all)
  --seeds <n>         seeds that each has to be caught in, from 1 on (default 200)
  --workers <n>       processes (default: as many as there are processors)`;

const WORKERS_MAX = 64;
const SEEDS_MAX = 10_000;
const SENTENCE_MAX = 220;
const REGISTER_PATH = 'test/simulation/mutants/register.ts';
const REGISTER = new URL('./register.ts', import.meta.url).href;

/** A mutant and the first run that gave it away. */
interface Result {
  readonly mutant: Mutant;
  readonly caught?: {
    readonly violations: readonly string[];
    /** Checkers, or the test. */
    readonly by: readonly string[];
    /** Absent where a test looked. */
    readonly afterSeeds?: number;
    /** How to see it again. */
    readonly again: string;
  };
  /** What broke a run instead: then it is the mutant that has to be written anew. */
  readonly broke?: string | undefined;
}

class Mutation {
  readonly #blueprints: Blueprints;
  readonly #seeds: number;
  readonly #progress = new Progress();
  readonly #waiting: Mutant[];
  readonly #results = new Map<string, Result>();
  /** Whether the product as it is leaves a run quiet, by its command: asked once, by whoever first needs to know. */
  readonly #quiet = new Map<string, Promise<boolean>>();
  readonly noisy: string[] = [];

  constructor(blueprints: Blueprints, mutants: readonly Mutant[], seeds: number) {
    this.#blueprints = blueprints;
    this.#waiting = [...mutants];
    this.#seeds = seeds;
  }

  async work(): Promise<void> {
    const unchanged = new Runner({ blueprints: this.#blueprints });
    try {
      for (;;) {
        const mutant = this.#waiting.shift();
        if (!mutant) return;
        const result = await (mutant.test === undefined
          ? this.#hunt(mutant, unchanged)
          : this.#tryTest(mutant, mutant.test));
        this.#results.set(mutant.name, result);
        this.#progress.say(...tell(result, this.#seeds));
      }
    } finally {
      await unchanged.close();
    }
  }

  results(mutants: readonly Mutant[]): Result[] {
    return mutants.map(({ name }) => this.#results.get(name)!);
  }

  async #hunt(mutant: Mutant, unchanged: Runner): Promise<Result> {
    const runner = new Runner({
      ...(!changesTemplates(mutant) && { blueprints: this.#blueprints }),
      environment: {
        [MUTANT_VARIABLE]: mutant.name,
        NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${REGISTER}`.trim(),
      },
    });
    let broke: string | undefined;
    try {
      for (let seed = 1; seed <= this.#seeds; seed++) {
        this.#progress.at(`${mutant.name}: seed ${seed}`);
        const trial = trialUnder(mutant, seed);
        const verdict = await runner.run(trial);
        // What breaks the simulator, and what the product does by itself in this run, is no merit of a checker.
        const violations = verdict.violations.filter((violation) => checkerOf(violation) !== 'run');
        broke ??= verdict.violations.find((violation) => checkerOf(violation) === 'run');
        if (violations.length > 0 && (await this.#isQuiet(trial, unchanged)))
          return { mutant, caught: { violations, ...caughtIn(mutant, trial, violations) } };
      }
      return { mutant, broke };
    } finally {
      await runner.close();
    }
  }

  async #tryTest(mutant: Mutant, test: string): Promise<Result> {
    this.#progress.at(`${mutant.name}: ${test}`);
    const { failures, broke } = await runTest(test, mutant.name);
    if (failures.length === 0) return { mutant, broke };
    const unchanged = await runTest(test, undefined);
    const again = testCommand(test, mutant.name);
    if (unchanged.broke === undefined && unchanged.failures.length === 0)
      return { mutant, caught: { violations: failures, by: [test], again } };
    this.noisy.push(test);
    return { mutant };
  }

  #isQuiet(trial: Trial, unchanged: Runner): Promise<boolean> {
    const command = commandOf(trial);
    let known = this.#quiet.get(command);
    if (!known) {
      known = unchanged.run(trial).then(({ violations }) => {
        if (violations.length > 0) this.noisy.push(command);
        return violations.length === 0;
      });
      this.#quiet.set(command, known);
    }
    return known;
  }
}

const caughtIn = (mutant: Mutant, trial: Trial, violations: readonly string[]) => ({
  by: [...new Set(violations.map(checkerOf))],
  afterSeeds: trial.seed,
  again: `${MUTANT_VARIABLE}=${mutant.name} NODE_OPTIONS=--import=./${REGISTER_PATH} ${commandOf(trial)}`,
});

const seedsOf = (count: number): string => `${count} ${count === 1 ? 'seed' : 'seeds'}`;

function tell({ mutant, caught, broke }: Result, seeds: number): string[] {
  if (!caught)
    return [
      `${mutant.name}: SURVIVED ${mutant.test ?? seedsOf(seeds)}`,
      `  ${mutant.story}`,
      ...(broke ? [`  broke a run, which no checker found: ${broke.slice(0, SENTENCE_MAX)}`] : []),
    ];
  const { violations, by, afterSeeds, again } = caught;
  return [
    `${mutant.name}: caught ${afterSeeds === undefined ? '' : `after ${seedsOf(afterSeeds)} `}by ${by.join(', ')}`,
    `  ${mutant.story}`,
    `  ${violations[0]!.split('\n', 1)[0]!.slice(0, SENTENCE_MAX)}`,
    `  again: ${again}`,
  ];
}

function table(results: readonly Result[]): string[] {
  const widest = Math.max(...results.map(({ mutant }) => mutant.name.length));
  return results.map(({ mutant, caught }) => {
    const by = caught
      ? `${String(caught.afterSeeds ?? '-').padStart(5)}  ${caught.by[0]}`
      : '    -  SURVIVED';
    return `  ${mutant.name.padEnd(widest)}  ${by}`;
  });
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seeds: { type: 'string', default: '200' },
      workers: { type: 'string', default: String(availableParallelism()) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const mutants = chosen(values.only);
  const seeds = wholeNumber('seeds', values.seeds, 1, SEEDS_MAX);
  const workers = wholeNumber('workers', values.workers, 1, WORKERS_MAX);
  for (const mutant of mutants) requireFresh(mutant);
  const blueprints = await Blueprints.synthesized();
  try {
    const mutation = new Mutation(blueprints, mutants, seeds);
    await Promise.all(Array.from({ length: workers }, () => mutation.work()));
    const results = mutation.results(mutants);
    const survivors = results.filter(({ caught }) => !caught);
    console.log('', 'mutant, seeds, checker:');
    for (const line of table(results)) console.log(line);
    if (mutation.noisy.length > 0)
      console.log(`not counted, because the product fails there by itself: ${mutation.noisy.join('; ')}`);
    console.log(`${results.length - survivors.length} of ${results.length} mutants caught`);
    return survivors.length > 0 ? 1 : 0;
  } finally {
    blueprints.close();
  }
}

function chosen(only: string | undefined): readonly Mutant[] {
  if (only === undefined) return ALL_MUTANTS;
  return only.split(',').map((name) => {
    const found = ALL_MUTANTS.find((mutant) => mutant.name === name);
    if (found) return found;
    throw new RangeError(
      `--only takes names of mutants; received ${JSON.stringify(name)}; there are: ${ALL_MUTANTS.map((each) => each.name).join(', ')}`,
    );
  });
}

await command('sim:mutants', main);
