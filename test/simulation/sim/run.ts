import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type FaultKind, isFaultKind, printMix } from '../../../embedded/faults/mix.ts';
import { Blueprint } from '../../support/world-of.ts';
import { SMALL } from '../installations.ts';
import { type SimulationOptions, simulate } from './simulate.ts';

const HELP = `npm run sim -- --seed N: lives through faults, heals, and looks for what was lost

  --seed <n>          fixes everything: the same seed gives the same log (default 1)
  --days <n>          days of faults, 1 to 60 (default 3); two days of recovery follow
  --mild              no fault is wild
  --only <a,b>        these faults and no others
  --without <a,b>     these faults are off, all others stay as they were
  --log               prints everything that happened`;

const DAYS_MAX = 60;
const SHOWN_MAX = 20;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      days: { type: 'string', default: '3' },
      mild: { type: 'boolean', default: false },
      only: { type: 'string' },
      without: { type: 'string' },
      log: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const options: SimulationOptions = {
    seed: wholeNumber('seed', values.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    days: wholeNumber('days', values.days, 1, DAYS_MAX),
    temper: values.mild ? 'mild' : 'swarm',
    ...(values.only !== undefined && { only: faultKinds('only', values.only) }),
    ...(values.without !== undefined && { without: faultKinds('without', values.without) }),
  };
  return report(options, values.log);
}

async function report(options: SimulationOptions, showLog: boolean): Promise<number> {
  const blueprint = await Blueprint.of(SMALL);
  try {
    console.log(`seed ${options.seed}, ${options.days} days of faults`);
    const started = performance.now();
    const { faults, log, violations, virtual } = await simulate(blueprint, {
      ...options,
      begin: (mix) => {
        for (const line of printMix(mix)) console.log(`  ${line}`);
      },
    });
    if (showLog) for (const line of log) console.log(line);
    const injected = [...faults.injected].filter(([, times]) => times > 0);
    console.log(`injected: ${injected.map(([kind, times]) => `${kind} ${times}`).join(', ') || 'nothing'}`);
    if (faults.neverHit.length > 0) console.log(`never hit: ${faults.neverHit.join(', ')}`);
    const secondsTaken = (performance.now() - started) / 1_000;
    const digest = createHash('sha256').update(log.join('\n')).digest('hex').slice(0, 12);
    console.log(
      `${(virtual / 86_400_000).toFixed(1)} virtual days in ${secondsTaken.toFixed(1)} s; log of ${log.length} lines, ${digest}`,
    );
    if (violations.length === 0) {
      console.log('no violations');
      return 0;
    }
    console.log(`${violations.length} violations:`);
    for (const violation of violations.slice(0, SHOWN_MAX)) console.log(`  ${violation}`);
    if (violations.length > SHOWN_MAX) console.log(`  and ${violations.length - SHOWN_MAX} more`);
    console.log(`again: npm run sim -- ${process.argv.slice(2).join(' ')}`);
    return 1;
  } finally {
    blueprint.close();
  }
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most))
    throw new RangeError(
      `--${option} takes a whole number from ${least} to ${most}; received ${JSON.stringify(text)}`,
    );
  return number;
}

function faultKinds(option: string, text: string): FaultKind[] {
  return text.split(',').map((name) => {
    if (!isFaultKind(name))
      throw new RangeError(`--${option} takes names of faults; received ${JSON.stringify(name)}`);
    return name;
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof RangeError) && !(error instanceof TypeError && 'code' in error)) throw error;
  console.error(`${error.message}; "npm run sim -- --help" shows what it takes`);
  process.exitCode = 2;
}
