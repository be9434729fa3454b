import { parseArgs } from 'node:util';
import { minutes } from '../../../core/time/instant.ts';
import { printMix } from '../../../embedded/faults/mix.ts';
import { command, wholeNumber } from '../command-line.ts';
import { Blueprints } from './blueprints.ts';
import { choose } from './choose.ts';
import { tellShrunk } from './failure.ts';
import { firstDifference } from './first-difference.ts';
import { readSeed, readTrial, TRIAL_OPTIONS } from './options.ts';
import { Progress } from './progress.ts';
import { Runner } from './runner.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import { commandOf, optionsOf, type Trial } from './trial.ts';
import { digestOf, judge } from './verdict.ts';

const HELP = `npm run sim -- --seed N: lives through faults, heals, and looks for what was lost

  --seed <n>          fixes everything: the same seed gives the same log (default 1)
  --days <n>          days of faults, 1 to 60 (default: by the seed, 2 to 6); two days of recovery follow
  --mild              no fault is wild (default: by the seed, unless --days is given)
  --installation <x>  small, selfrun, warehouse or sided (default: by the seed, unless --days is given: then small)
  --only <a,b>        these faults and no others, or none
  --without <a,b>     these faults are off, all others stay as they were
  --log               prints everything that happened
  --twice             lives through it a second time and prints the first line in which the logs differ
  --choose <n>        picks from seeds 1 to n the few that show every fault, for test/simulation/ci-seeds.ts
  --shrink            looks for the shortest run that fails in the same way: fewer days, fewer faults, none wild`;

const SHOWN_MAX = 20;
const SHRINKING = minutes(10);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      ...TRIAL_OPTIONS,
      log: { type: 'boolean', default: false },
      twice: { type: 'boolean', default: false },
      shrink: { type: 'boolean', default: false },
      choose: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const trial = readTrial(readSeed('seed', values.seed), values);
  // All of them only for whoever goes through many seeds.
  const here = [trial.installation ?? ('small' as const)];
  const blueprints = await Blueprints.synthesized(values.choose === undefined ? here : undefined);
  try {
    if (values.choose !== undefined)
      return await pick(blueprints, wholeNumber('choose', values.choose, 1, 10_000));
    if (values.shrink) return await shorten(blueprints, trial);
    const log: string[] = [];
    const failed = await report(blueprints, trial, log);
    if (values.log) for (const line of log) console.log(line);
    const differs = values.twice && (await differsAgain(blueprints, trial, log));
    return failed || differs ? 1 : 0;
  } finally {
    blueprints.close();
  }
}

/** One run, told. True when something was wrong; its log is added to `log`. */
async function report(blueprints: Blueprints, trial: Trial, log: string[]): Promise<boolean> {
  console.log(`seed ${trial.seed}, ${trial.days} days of faults, ${trial.temper}`);
  const started = performance.now();
  const outcome = await simulate(blueprints, {
    ...optionsOf(trial),
    begin: (mix) => {
      for (const line of printMix(mix)) console.log(`  ${line}`);
    },
  });
  const { faults, violations, virtual } = outcome;
  log.push(...outcome.log);
  const injected = [...faults.injected].filter(([, times]) => times > 0);
  console.log(`injected: ${injected.map(([kind, times]) => `${kind} ${times}`).join(', ') || 'nothing'}`);
  if (faults.neverHit.length > 0) console.log(`never hit: ${faults.neverHit.join(', ')}`);
  const secondsTaken = (performance.now() - started) / 1_000;
  console.log(
    `${(virtual / 86_400_000).toFixed(1)} virtual days in ${secondsTaken.toFixed(1)} s; log of ${log.length} lines, ${digestOf(log)}`,
  );
  if (violations.length === 0) {
    console.log('no violations');
    return false;
  }
  console.log(`${violations.length} violations:`);
  for (const violation of violations.slice(0, SHOWN_MAX)) console.log(`  ${violation}`);
  if (violations.length > SHOWN_MAX) console.log(`  and ${violations.length - SHOWN_MAX} more`);
  console.log(`again: ${commandOf(trial)}`);
  return true;
}

async function differsAgain(blueprints: Blueprints, trial: Trial, once: readonly string[]): Promise<boolean> {
  const { log } = await simulate(blueprints, optionsOf(trial));
  const difference = firstDifference(once, log);
  console.log(
    difference === undefined ? 'the second run wrote the same log' : `the logs differ in ${difference}`,
  );
  return difference !== undefined;
}

async function pick(blueprints: Blueprints, upTo: number): Promise<number> {
  const progress = new Progress();
  const { trials, missing } = await choose(upTo, async (trial) => {
    progress.at(`seed ${trial.seed} of ${upTo}`);
    return judge(blueprints, trial);
  });
  progress.say(...trials.map((trial) => `  ${JSON.stringify(trial)},`));
  progress.say(
    missing.length === 0 ? 'every fault takes place' : `never: ${missing.join(', ')}; take more seeds`,
  );
  return missing.length === 0 ? 0 : 1;
}

async function shorten(blueprints: Blueprints, trial: Trial): Promise<number> {
  const progress = new Progress();
  const runner = new Runner({ blueprints });
  try {
    const failed = await runner.run(trial);
    if (failed.violations.length === 0) {
      progress.say(`no violations: there is nothing to be made shorter in ${commandOf(trial)}`);
      return 0;
    }
    for (const violation of failed.violations.slice(0, SHOWN_MAX)) progress.say(`  ${violation}`);
    const began = performance.now();
    const shrunk = await shrink(failed, {
      run: (shorter) => runner.run(shorter),
      over: () => performance.now() - began > SHRINKING,
      tell: (attempt, shorter) => progress.at(`attempt ${attempt}: ${commandOf(shorter)}`),
    });
    progress.say(...tellShrunk(shrunk));
    return 1;
  } finally {
    await runner.close();
  }
}

await command('sim', main);
