import type { Installation } from '../../core/plan/installation.ts';
import { days, earlier, type Instant, instant, iso, minutes, wholeSecond } from '../../core/time/instant.ts';
import { CallCounter } from '../../embedded/sdk/call-counter.ts';
import { load } from '../../lib/config/load.ts';
import { Stage } from '../stage.ts';
import { synthesize } from '../synthesize.ts';
import { Cast } from './cast.ts';
import { collectionsIn } from './collections.ts';
import { comeHome } from './coming-home.ts';
import { failOver } from './failing-over.ts';
import type { Folder } from './folder.ts';
import { DEMO } from './installation.ts';
import { lastScreen } from './last-screen.ts';
import { losses } from './losses.ts';
import { undoMistakes } from './mistakes.ts';
import { drill, verifyReceipts } from './proof.ts';
import { isSound, type RestoreResult, restoreAndCompare, tell } from './restoring.ts';
import { Tally } from './tally.ts';

export interface DemoOptions {
  readonly folder: Folder;
  readonly folderName: string;
  readonly days: number;
  readonly seed: number;
  /** A line of the story. The same seed says the same lines. */
  readonly say: (line: string) => void;
  /** Where things stand, for a terminal; not part of the story. */
  readonly progress: (line: string) => void;
}

/** A Wednesday; the clocks of the plan's zone go forward on the fifth day. */
const START = instant(Date.UTC(2026, 2, 25, 0, 0, 0));

/** Each store's files follow by themselves: of three stores a week shows what it shows of one, and takes three times as long. */
const ONE_STORE = { stores: 1 };

/** Tells the story from an empty account to a restore in the surviving region. False when anything differed. */
export async function tellStory(options: DemoOptions): Promise<boolean> {
  const { say, progress, seed } = options;
  const installation = readConfig(say);
  progress('synthesizing the stacks');
  const calls = new CallCounter();
  const stage = await synthesize(
    installation,
    (assembly) =>
      new Stage({
        installation,
        assembly,
        start: START,
        seed,
        disturbances: [calls],
        tidbClusters: ONE_STORE,
      }),
  );
  try {
    return await play(stage, options, calls);
  } finally {
    stage.close();
  }
}

function readConfig(say: (line: string) => void): Installation {
  const loaded = load(DEMO, START);
  if ('refused' in loaded) throw loaded.refused;
  say('Objectives, checked before anything is deployed:');
  for (const line of loaded.arithmetic) say(`  ${line}`);
  say('');
  return loaded.installation;
}

async function play(stage: Stage, options: DemoOptions, calls: CallCounter): Promise<boolean> {
  const { say, folder, progress } = options;
  const { primary, recovery } = stage.installation.regions;
  const away = recovery[0]!;
  const tally = new Tally(stage.cloud);
  say(`Deployed into ${primary} and ${away}: ${deployed(stage)}`);
  const cast = new Cast(stage);
  for (const line of cast.begin(folder, options.folderName)) say(line);
  say('');

  const results = await liveThrough(stage, options, tally, cast);
  const lost = await loseTheRegion(stage, options, cast);
  const restored: RestoreResult[] = [];
  for (const group of stage.installation.groups) {
    progress(`failing ${group.name} over to ${away}`);
    restored.push(...(await failOver(stage, away, group.name, say)));
    say('');
  }
  for (const line of collectionsIn(stage, 'search', away)) say(`  ${line}`);
  results.push(...restored);
  say('');
  say(`What was lost with ${primary}, beside what may be lost:`);
  for (const line of losses(stage, restored, lost)) say(line);
  say('');
  say('What cannot be restored is refused, with what would work:');
  const refused = await tellRestore(stage, options, away, 'orders', iso(earlier(START, days(1))));
  say('');
  progress(`bringing shop home to ${primary}`);
  const isHome = await comeHome(stage, away, 'shop', say);
  say('');
  say(
    `And so that nobody has to believe it: a rehearsal without ${primary}, and what can be checked a year later:`,
  );
  let proven = true;
  for (const name of ['documents', 'orders']) {
    progress(`drilling ${name} in ${away}`);
    proven = (await drill(stage, away, name, say)) && proven;
  }
  proven = (await verifyReceipts(stage, away, say)) && proven;
  say('');
  for (const line of await lastScreen(stage, { results, away, calls })) say(line);
  say('');
  const wrong = [
    ...(results.every(isSound) ? [] : ['A RESTORE DOES NOT EQUAL THE TRUTH']),
    ...(refused.error?.name === 'WindowNotCovered' ? [] : ['WHAT CANNOT BE RESTORED WAS NOT REFUSED']),
    ...(isHome ? [] : ['SHOP IS NOT HOME AS IT WAS AWAY']),
    ...(proven ? [] : ['A DRILL OR THE CHAIN OF RECEIPTS DID NOT PASS']),
  ];
  say(wrong.length > 0 ? `${wrong.join('; ')}.` : 'Every byte and row is what it was at its instant.');
  return wrong.length === 0;
}

function deployed(stage: Stage): string {
  const { functions, states } = stage.cloud;
  return `${functions.counts.size} functions, ${states.machines.length} machines, with the synthesized permissions enforced`;
}

/** Days of work and backups; in the middle, somebody undoes a mistake in the database. */
async function liveThrough(
  stage: Stage,
  options: DemoOptions,
  tally: Tally,
  cast: Cast,
): Promise<RestoreResult[]> {
  const results: RestoreResult[] = [];
  const mistakeOn = Math.ceil(options.days / 2);
  for (let day = 1; day <= options.days; day++) {
    cast.scheduleDay(day);
    for (let hour = 0; hour < 24; hour++) {
      options.progress(`day ${day} of ${options.days}, ${String(hour).padStart(2, '0')}:00`);
      await stage.run((days(1) / 24) as ReturnType<typeof days>);
    }
    for (const line of dayLines(stage, tally, day)) options.say(line);
    if (day === mistakeOn) results.push(...(await undoMistakes(stage, options.say)));
  }
  options.say('');
  return results;
}

/** What was done in a line, and what else was announced in a line each. */
function dayLines(stage: Stage, tally: Tally, day: number): string[] {
  const news: string[] = [];
  const parts = stage.installation.clusters.map(({ name }) => {
    const { sealed, copied, expiring, discarded, others } = tally.take(name);
    news.push(...others);
    const gone = expiring + discarded > 0 ? `, ${expiring} to the bin, ${discarded} copies discarded` : '';
    return `${name} ${sealed} sealed, ${copied} proven away${gone}`;
  });
  return [`day ${String(day).padStart(2)}  ${parts.join(' · ')}`, ...news.map((line) => `        ${line}`)];
}

async function loseTheRegion(stage: Stage, options: DemoOptions, cast: Cast): Promise<Instant> {
  const { world } = stage.cloud;
  const { primary, recovery } = stage.installation.regions;
  cast.scheduleDay(options.days + 1);
  await stage.run(minutes(world.random('demo').between(120, 1_200)));
  stage.cloud.loseRegion(primary);
  const lost = stage.now;
  options.say(`${iso(wholeSecond(lost))}: ${primary} goes dark. Nothing in it answers any more.`);
  await stage.run(minutes(12));
  options.say(`Twelve minutes later somebody opens the Step Functions console in ${recovery[0]}:`);
  options.say('');
  return lost;
}

async function tellRestore(
  stage: Stage,
  options: DemoOptions,
  region: string,
  cluster: string,
  to: string,
): Promise<RestoreResult> {
  options.progress(`restoring ${cluster} in ${region}`);
  const result = await restoreAndCompare(stage, region, cluster, to);
  for (const line of tell(result)) options.say(line);
  return result;
}
