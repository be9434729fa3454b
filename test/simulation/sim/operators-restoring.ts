import { compareEnded } from '../../../cli/demo/restoring.ts';
import { hours, instant, iso, minutes } from '../../../core/time/instant.ts';
import { AwsError } from '../../../embedded/service.ts';
import type { Execution } from '../../../embedded/states/execution.ts';
import { claimedWindows } from '../checkers/log-claims.ts';
import { readyToRestore } from '../checkers/ready-to-restore.ts';
import { provenIn, violationsOf } from '../checkers/restores-equal-truth.ts';
import type { Act, Desk } from './operators-desk.ts';

interface Request {
  readonly region: string;
  readonly cluster: string;
  readonly to: string;
  readonly target?: { readonly prefix: string } | { readonly clusterId: string };
}

/**
 * Two people restore one cluster, and do not know of each other: to the same point or another one, under the same name
 * or not, at once or minutes apart, each into a place of its own or both into the same.
 */
export const twoRestores: Act = async (desk, chance) => {
  const occasion = await desk.choice(chance, () => occasions(desk), hours(12));
  if (!occasion) return undefined;
  const { region, cluster } = occasion;
  const recent = provenIn(desk.stage, region, cluster).slice(-4);
  const windows = claimedWindows(desk.stage, region, cluster);
  const instants = windows.map(({ earliest, latest }) => iso(instant(chance.between(earliest, latest))));
  const wish = () => chance.pick(['latest', ...recent.map(({ id }) => id), ...instants, ...instants]);
  const target = chance.chance(0.4) ? samePlace(desk, cluster) : {};
  const to = wish();
  const first = { region, cluster, to, ...target };
  const second = { region, cluster, to: chance.chance(0.5) ? to : wish(), ...target };
  const name = chance.chance(0.3) ? `twice-${desk.number}` : undefined;
  const apart = chance.chance(0.5) ? 0 : chance.between(1, 20);
  if (!readyToRestore(desk.stage, region, cluster)) return undefined;
  const started = [start(desk, first, name)];
  const { world } = desk.stage.cloud;
  if (apart > 0) await world.sleep(minutes(apart));
  // A region that went dark in between has no console.
  if (desk.stage.cloud.isDark(region)) return undefined;
  started.push(start(desk, second, name));
  world.at(world.now(), () => compare(desk, [first, second], started));
  return `${JSON.stringify(first)} and ${apart} min later ${JSON.stringify(second)}, ${name ? `both as ${name}` : 'each under a name of its own'}`;
};

const occasions = ({ stage, lit }: Desk) =>
  lit.flatMap((region) =>
    stage.installation.clusters
      .map(({ name }) => ({ region, cluster: name }))
      .filter(({ cluster }) => provenIn(stage, region, cluster).length > 0),
  );

/** What a tool fills is one place for all, and volumes are always made anew. */
const samePlace = ({ stage, number }: Desk, cluster: string): Pick<Request, 'target'> => {
  if (stage.files.has(cluster)) return { target: { prefix: `shared-${number}/` } };
  return stage.orders.has(cluster) ? { target: { clusterId: `shared-${number}` } } : {};
};

/** Undefined when Step Functions refuses it because somebody else's of this name is there. */
function start({ stage }: Desk, { region, ...input }: Request, name?: string): Execution | undefined {
  try {
    return stage.start(region, 'restore', input, name);
  } catch (error) {
    if (error instanceof AwsError && error.name === 'ExecutionAlreadyExists') return undefined;
    throw error;
  }
}

/** Each that succeeds has brought the truth, into a place that no other one wrote into. */
async function compare(
  desk: Desk,
  requests: readonly Request[],
  started: readonly (Execution | undefined)[],
): Promise<void> {
  const places = new Map<string, Execution>();
  for (const [n, execution] of started.entries()) {
    if (!execution) continue;
    await execution.ended;
    if (execution.status !== 'SUCCEEDED') {
      if (!execution.error && execution.status !== 'ABORTED')
        desk.violations.push(`${execution.name} ended as ${execution.status} and names no error`);
      continue;
    }
    const result = compareEnded(
      desk.stage,
      requests[n]!.region,
      requests[n]!.cluster,
      requests[n]!.to,
      execution,
    );
    desk.violations.push(...violationsOf(result).map((what) => `one of two at once: ${what}`));
    const place = result.output!.record.target;
    const other = places.get(place);
    if (other && other !== execution)
      for (const what of sharedBy(desk, requests[n]!, place, other))
        desk.violations.push(`${other.name} and ${execution.name} both restored into ${what}`);
    places.set(place, execution);
  }
}

/**
 * A protected Doris takes any number of restores at home, each under names of its own: there a place is a table. So does
 * every Milvus: what a restore made, and nothing else, is what it was compared by.
 */
function sharedBy({ stage, home }: Desk, asked: Request, place: string, first: Execution): readonly string[] {
  const cluster = stage.configured(asked.cluster);
  if (cluster.engine === 'milvus') return [];
  if (cluster.engine !== 'doris' || asked.region !== home) return [place];
  return stage.doris.writtenTwice(cluster, home, first.startedAt);
}
