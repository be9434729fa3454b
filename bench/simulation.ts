import { DEMO } from '../cli/demo/installation.ts';
import { Stage } from '../cli/stage.ts';
import { synthesize } from '../cli/synthesize.ts';
import { days, instant } from '../core/time/instant.ts';
import { CallCounter } from '../embedded/sdk/call-counter.ts';
import { load } from '../lib/config/load.ts';
import { type Benchmark, count, type Figure, perSecond, ratio, secondsFor } from './figure.ts';

const START = instant(Date.UTC(2026, 2, 18));
const FILES = 200;
const ORDERS_A_DAY = 240;
/** Functions are loaded and compiled on the first day; it is not counted. */
const WARM_UP_DAYS = 1;
const DAYS = 5;

async function run(): Promise<readonly Figure[]> {
  const loaded = load(DEMO, START);
  if ('refused' in loaded) throw loaded.refused;
  const { installation } = loaded;
  const calls = new CallCounter();
  let stage: Stage | undefined;
  const deploying = await secondsFor(async () => {
    stage = await synthesize(
      installation,
      (assembly) => new Stage({ installation, assembly, start: START, seed: 1, disturbances: [calls] }),
    );
  });
  if (!stage) throw new Error('no stage was built');
  try {
    for (let n = 0; n < FILES; n++)
      stage.files.get('documents')!.write(`folder ${n % 10}/file ${n}.txt`, Buffer.from(`content ${n}\n`));
    for (let day = 1; day <= WARM_UP_DAYS; day++) await live(stage, day);
    const { world } = stage.cloud;
    const before = { events: world.events, calls: calls.matching(/./) };
    const took = await secondsFor(async () => {
      for (let day = 1; day <= DAYS; day++) await live(stage!, WARM_UP_DAYS + day);
    });
    const events = world.events - before.events;
    return [
      {
        what: `virtual days: ${FILES} files hourly and a database every six hours, both copied, watched and expired`,
        value: `${ratio(DAYS / took, 1)} per second`,
      },
      { what: 'events of the embedded cloud', value: perSecond(events / took) },
      { what: 'events per virtual day', value: count(events / DAYS) },
      {
        what: 'AWS calls per virtual day, through the genuine SDK clients',
        value: count((calls.matching(/./) - before.calls) / DAYS),
      },
      { what: 'seconds to synthesize the stacks and deploy them', value: ratio(deploying, 1) },
    ];
  } finally {
    stage.close();
  }
}

async function live(stage: Stage, day: number): Promise<void> {
  stage.files.get('documents')!.scheduleDay(day);
  stage.orders.get('orders')!.scheduleDay(ORDERS_A_DAY);
  await stage.run(days(1));
}

export const simulation: Benchmark = {
  name: 'simulation',
  title: "the embedded cloud's pace, in the demo's installation",
  run,
};
