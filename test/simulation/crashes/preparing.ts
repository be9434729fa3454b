import { Buffer } from 'node:buffer';
import type { Stage } from '../../../cli/stage.ts';
import { type Duration, iso, later, minutes, wholeSecond } from '../../../core/time/instant.ts';
import type { Execution } from '../../../embedded/states/execution.ts';
import { HOME } from '../installations.ts';
import { RULE } from './lean-blueprint.ts';
import type { Preparing } from './scenario.ts';

/** How often the application of a database writes while a scenario lasts. */
const ORDERS_A_DAY = 200;

/** What the application does before the `nth` recovery point: each point differs from the one before it. */
export function live({ stage, ground, cluster, engine }: Preparing, nth: number): void {
  ground.act(stage, (on) => {
    if (engine === 'aurora') {
      if (nth === 1) on.orders.get(cluster)!.scheduleDay(ORDERS_A_DAY);
      return;
    }
    const files = on.files.get(cluster)!;
    if (nth === 1) for (const key of ['a.txt', 'folder/b + c.txt']) files.write(key, Buffer.from(`${key}\n`));
    else files.remove(`of-${nth - 1}.txt`);
    files.write(`of-${nth}.txt`, Buffer.from(`written before point ${nth}\n`));
    files.write('changes.txt', Buffer.from(`as it was before point ${nth}\n`));
  });
}

/** A backup that ends well. Its copies are on their way then. Answers the id of the point. */
export async function backUp(on: Preparing, nth: number): Promise<string> {
  const { stage, cluster } = on;
  live(on, nth);
  // Ids carry the second, and what was written in a second belongs to its end.
  await stage.run(minutes(1));
  const scheduledAt = iso(wholeSecond(stage.now));
  const execution = await stage.execute(HOME, 'backup', { cluster, rule: RULE, scheduledAt });
  mustHaveSucceeded(execution);
  return (JSON.parse(execution.output!) as { capture: { recoveryPointId: string } }).capture.recoveryPointId;
}

/** The same, with its copies proven. */
export async function protect(on: Preparing, nth: number): Promise<string> {
  const id = await backUp(on, nth);
  await letEnd(on.stage);
  return id;
}

export async function expire(stage: Stage, region: string): Promise<void> {
  mustHaveSucceeded(await stage.execute(region, 'expire', {}));
}

/** Lets time pass until no execution runs any more. */
export async function letEnd(stage: Stage): Promise<void> {
  await stage.cloud.world.runWhile(() => running(stage).length > 0);
}

/** Lets time pass until so long after the start of the world. */
export async function until(stage: Stage, began: Stage['now'], after: Duration): Promise<void> {
  await stage.cloud.world.runUntil(later(began, after));
}

export const running = ({ cloud: { states } }: Stage): readonly Execution[] =>
  states.machines.flatMap(({ arn }) => states.list(arn)).filter(({ status }) => status === 'RUNNING');

function mustHaveSucceeded({ name, status, error, cause }: Execution): void {
  if (status !== 'SUCCEEDED')
    throw new Error(`${name} was to succeed before any crash, and ended ${status}: ${error} ${cause}`);
}
