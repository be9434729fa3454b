import { parseArgs } from 'node:util';
import { minutes } from '../../../core/time/instant.ts';
import { among, command, positive } from '../command-line.ts';
import { byLength, carryOut } from './campaign.ts';
import { storyOf, type Violation } from './exploring.ts';
import { printPlacement, readPlacement } from './placement.ts';
import { ENGINES, FLOWS } from './scenario.ts';
import { Tally } from './tally.ts';
import { type Run, type Subject, subjectsOf, Theatre } from './theatre.ts';

const HELP = `npm run sim:crashes: crashes every call of every flow, before it and after it, once and twice

  --flow <a,b>        of ${FLOWS.join(', ')} (default all)
  --engine <a,b>      of ${ENGINES.join(', ')} (default all)
  --singles           one crash per run, and no pairs
  --triples           three crashes too, as many as fit the time
  --minutes <n>       real time for the triples (default 60)
  --at <17a,23b>      one run of one flow and engine: after its 17th call, and before its 23rd; tells every call`;

const SHOWN_MAX = 5;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      flow: { type: 'string', default: FLOWS.join(',') },
      engine: { type: 'string', default: ENGINES.join(',') },
      singles: { type: 'boolean', default: false },
      triples: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '60' },
      at: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const subjects = subjectsOf(among('flow', values.flow, FLOWS), among('engine', values.engine, ENGINES));
  if (values.at !== undefined) return replay(subjects, values.at);
  if (values.singles && values.triples) throw new RangeError('--singles and --triples exclude each other');
  const crashes = values.singles ? 1 : values.triples ? 3 : 2;
  return coverAll(subjects, crashes, minutes(positive('minutes', values.minutes)));
}

async function coverAll(
  subjects: readonly Subject[],
  crashes: 1 | 2 | 3,
  triplesMs: number,
): Promise<number> {
  const tally = new Tally(subjects);
  const began = performance.now();
  const progress = (doing: string, done: number, of: number) => {
    if (process.stdout.isTTY)
      process.stdout.write(
        `\r\u001b[K${doing}: ${done} of ${of}; ${tally.placements.toLocaleString('en-US')} placements, ${tally.violations.length} violations`,
      );
  };
  await carryOut({ subjects, crashes, triplesMs, tally, progress });
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K');
  for (const line of tally.lines(crashes)) console.log(line);
  const took = ((performance.now() - began) / 1_000).toFixed(0);
  console.log(`${tally.placements.toLocaleString('en-US')} placements in ${took} s`);
  return told(tally.violations);
}

function told(violations: readonly Violation[]): number {
  if (violations.length === 0) {
    console.log('no violations');
    return 0;
  }
  for (const { flow, engine, placement, story } of byLength(violations).slice(0, SHOWN_MAX)) {
    for (const line of story) console.log(`  ${line}`);
    const at = placement.length > 0 ? ` --at ${printPlacement(placement)}` : '';
    console.log(`again: npm run sim:crashes -- --flow ${flow} --engine ${engine}${at}`);
  }
  if (violations.length > SHOWN_MAX) console.log(`and ${violations.length - SHOWN_MAX} more placements`);
  return 1;
}

async function replay(subjects: readonly Subject[], at: string): Promise<number> {
  const [subject] = subjects;
  if (!subject || subjects.length > 1) throw new RangeError('--at takes one --flow and one --engine');
  const theatre = await Theatre.open();
  try {
    const run = await theatre.run(subject, readPlacement(at));
    for (const line of callsOf(run)) console.log(line);
    return told(
      run.violations.length > 0
        ? [{ ...subject, placement: run.placement, story: [...storyOf(run), ...run.violations] }]
        : [],
    );
  } finally {
    theatre.close();
  }
}

const callsOf = ({ calls, placement }: Run): string[] =>
  calls.map((call, n) => {
    const crash = placement.find((one) => one.call === n + 1);
    return `${String(n + 1).padStart(4)}  ${call}${crash ? `   << crashed ${crash.when} it` : ''}`;
  });

await command('sim:crashes', main);
