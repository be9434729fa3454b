import { parseArgs } from 'node:util';
import { minutes } from '../../../core/time/instant.ts';
import { among, command, positive } from '../command-line.ts';
import { workOff } from '../crashes/crew.ts';
import { againOf, type Covered, cover, spread, type Task } from './exploring.ts';
import { FAULTS, readAt } from './fault.ts';
import { STORIES, STORY, type StoryName } from './story.ts';
import { Tally } from './tally.ts';
import { Theatre } from './theatre.ts';

const HELP = `npm run sim:region-loss: loses either region before and after every call of failover, switchover and failback

  --story <a,b>       of ${STORIES.join(', ')} (default all)
  --fault <a,b>       of ${FAULTS.join(', ')} (default all that a story knows)
  --minutes <n>       as many placements as fit the time, spread evenly (default all)
  --stride <n>        one placement of n, spread evenly
  --at <17a>          one run of one story and fault: after its 17th call (17b: before it); tells every call`;

const SHOWN_MAX = 5;
const TOLD_EVERY = minutes(5);
const WORKER = new URL('./worker.ts', import.meta.url);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      story: { type: 'string', default: STORIES.join(',') },
      fault: { type: 'string', default: FAULTS.join(',') },
      minutes: { type: 'string' },
      stride: { type: 'string', default: '1' },
      at: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const stories = among('story', values.story, STORIES);
  const faults = among('fault', values.fault, FAULTS);
  if (values.at !== undefined) {
    const [story, fault] = [stories[0]!, faults[0]!];
    if (stories.length + faults.length > 2 || !STORY[story].faults.includes(fault))
      throw new RangeError(`--at takes one --story and one --fault that it knows; ${knownOf(story)}`);
    return replay({ story, placement: readAt(values.at, fault) });
  }
  const time =
    values.minutes === undefined ? Number.POSITIVE_INFINITY : minutes(positive('minutes', values.minutes));
  const stride = Math.ceil(positive('stride', values.stride));
  return coverAll(stories, (task) => faults.includes(task.placement!.fault), stride, time);
}

/** What is left to be run, and until when. */
interface Queue {
  readonly tasks: Iterator<Task, undefined>;
  readonly until: number;
}

async function coverAll(
  stories: readonly StoryName[],
  wanted: (task: Task) => boolean,
  stride: number,
  timeMs: number,
): Promise<number> {
  const tally = new Tally();
  const began = performance.now();
  const found: Task[] = [];
  const { promise: begun, resolve: begin } = Promise.withResolvers<Queue>();
  let waiting = stories.length;
  const undisturbed = (covered: Covered) => {
    const placements = covered.more.filter(wanted);
    tally.found(covered, placements);
    found.push(...placements);
    if (--waiting === 0)
      begin({
        tasks: spread(found)
          .filter((_, n) => n % stride === 0)
          .values(),
        until: performance.now() + timeMs,
      });
  };
  const first = stories.map((story): Task => ({ story })).values();
  await workOff<Task, Covered>(
    WORKER,
    async () => {
      const story = first.next().value;
      if (story) return story;
      const { tasks, until } = await begun;
      return performance.now() < until ? tasks.next().value : undefined;
    },
    (covered) => {
      if (!covered.task.placement) undisturbed(covered);
      else tally.add(covered);
      if (covered.violations.length > 0 && tally.violations.length <= SHOWN_MAX) tell(covered);
      progress(tally, performance.now() - began);
    },
  );
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K');
  for (const line of tally.lines()) console.log(line);
  const took = ((performance.now() - began) / 1_000).toFixed(0);
  console.log(`${tally.run} of ${tally.of} placements in ${took} s`);
  if (tally.violations.length === 0) console.log('no violations');
  for (const { task } of tally.violations.slice(SHOWN_MAX)) console.log(again(task));
  return tally.violations.length === 0 ? 0 : 1;
}

let told = 0;

/** On a terminal one line that changes; elsewhere a line now and then, so that a log shows that it goes on. */
function progress({ run, of, violations }: Tally, ms: number): void {
  const line = `${run} of ${of} placements, ${violations.length} violations`;
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`);
  else if (ms - told >= TOLD_EVERY) {
    told = ms;
    console.log(`${(ms / minutes(1)).toFixed(0)} min: ${line}`);
  }
}

const again = (task: Task): string => `again: npm run sim:region-loss -- ${againOf(task)}`;

function tell({ task, violations }: Covered): void {
  for (const line of violations) console.log(`  ${line}`);
  console.log(again(task));
}

async function replay(task: Task): Promise<number> {
  const theatre = await Theatre.open();
  try {
    const { calls } = await theatre.run(task.story, task.placement);
    for (const [n, call] of calls.entries())
      console.log(
        `${String(n + 1).padStart(4)}  ${call}${task.placement!.call === n + 1 ? `   << ${task.placement!.fault} ${task.placement!.when} it` : ''}`,
      );
    const covered = await cover(theatre, task);
    if (covered.violations.length === 0) console.log('no violations');
    else tell(covered);
    return covered.violations.length === 0 ? 0 : 1;
  } finally {
    theatre.close();
  }
}

const knownOf = (story: StoryName): string => `${story} knows ${STORY[story].faults.join(' and ')}`;

await command('sim:region-loss', main);
