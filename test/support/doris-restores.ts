import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import type { RestoreSpec, Step } from '../../core/engines/driver.ts';
import { DorisWorld, HOME } from './doris-world.ts';
import { capture, restoreSpec } from './driver-run.ts';

/** A world with a recovery point, and changes after it; `as`: what its driver is called through. */
export async function captured(
  options: ConstructorParameters<typeof DorisWorld>[0] = {},
  as: (world: DorisWorld) => DorisWorld = (world) => world,
) {
  const world = as(new DorisWorld(options));
  world.create();
  await world.wait(5);
  const point = await capture(world);
  await world.wait(60);
  world.mutate(0);
  return { world, point };
}

export type Change = Partial<RestoreSpec>;

/** As the machine does it, with what a lap is preceded by; how it ended, and what validation says. */
export async function restore(
  world: DorisWorld,
  point: RecoveryPoint,
  change: Change = {},
  before: (lap: number) => unknown = () => undefined,
): Promise<Step> {
  const region = change.region ?? HOME;
  const first = restoreSpec(world, point, region, change.target ?? {}, change);
  const spec = (): RestoreSpec => ({ ...first, now: world.now() });
  const [reason] = await world.driver.preflight(spec());
  if (reason) return { outcome: 'failed', reason };
  let step = await world.driver.beginRestore(spec());
  for (let lap = 0; lap < 300 && (step.outcome === 'running' || step.outcome === 'waiting'); lap++) {
    await world.wait(step.pollAfterSeconds);
    await before(lap);
    step = await world.driver.pollRestore(spec(), step.cursor);
  }
  if (step.outcome !== 'ready') return step;
  const verdict = await world.driver.validate(spec(), step.cursor);
  return verdict.sound ? step : { outcome: 'failed', reason: verdict.reason };
}

/** Rows of one table, by key. */
export const rowsOf = (world: DorisWorld, table: string, of = world.source): readonly string[] =>
  [...of.rowsNow()].flatMap(([key, row]) =>
    key.startsWith(`${table}/`) ? [`${key.slice(table.length + 1)} ${JSON.stringify(row)}`] : [],
  );
export const tablesOf = (world: DorisWorld, of = world.source): readonly string[] =>
  [...of.catalog.databases.values()]
    .flatMap((database) => [...database.tables.keys()].map((table) => `${database.name}.${table}`))
    .toSorted();
export const beside = (world: DorisWorld): string =>
  /_r[0-9a-z]{7}/.exec(tablesOf(world).find((name) => /_r[0-9a-z]{7}/.test(name)) ?? '')?.[0] ?? '';
