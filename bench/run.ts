import { decisions } from './decisions.ts';
import { expiry } from './expiry.ts';
import { failover } from './failover.ts';
import { type Benchmark, print, secondsFor } from './figure.ts';
import { log } from './log.ts';
import { manifest } from './manifest.ts';
import { multipart } from './multipart.ts';
import { requests } from './requests.ts';
import { simulation } from './simulation.ts';
import { transitions } from './transitions.ts';

const ALL: readonly Benchmark[] = [
  requests,
  multipart,
  transitions,
  expiry,
  log,
  failover,
  decisions,
  manifest,
  simulation,
];

const [wanted] = process.argv.slice(2);
const chosen = wanted === undefined ? ALL : ALL.filter(({ name }) => name === wanted);
if (chosen.length === 0) {
  console.error(
    `there is no benchmark called ${wanted}; there are: ${ALL.map(({ name }) => name).join(', ')}`,
  );
  process.exitCode = 2;
}
for (const { name, title, run } of chosen) {
  const took = await secondsFor(async () => {
    console.log(`${name}: ${title}`);
    const figures = await run();
    for (const line of print(figures)) console.log(line);
    if (figures.some(({ target }) => target?.met === false)) process.exitCode = 1;
  });
  console.log(`  (${took.toFixed(1)} s)\n`);
}
