import { ConcurrentUpdate } from '../../../core/errors/registry.ts';
import type { Group } from '../../../core/groups/group.ts';
import { type Cluster, groupOf, standbyOf } from '../../../core/plan/installation.ts';
import type { FollowedDatabase, StandbyRecord } from '../../../core/standby/record.ts';
import { isLeftBehind, isLeftOver, newStandby, reachOf } from '../../../core/standby/record.ts';
import { between, type Instant, inSeconds } from '../../../core/time/instant.ts';
import type { keepStandbys } from '../../../workflows/contracts/standby.ts';
import { settled } from '../../shared/at-once.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { throwWorst } from '../../shared/throw-worst.ts';
import { followAgain } from '../operations.ts';
import type { StandbyPorts } from '../ports.ts';
import { followDatabase } from './follow.ts';

/** Each holds a function in its network while it is asked; one that does not answer holds it for 25 s a question. */
const AT_ONCE = 10;
/** A syncer that is gone is asked in vain about each. */
const DATABASES_AT_ONCE = 10;

/**
 * Looks at every standby of this region that is to follow, does what is to be done, and writes down how far each
 * certainly reaches. One that cannot be looked at keeps no other from being looked at. Asks nothing of any other region.
 */
export async function keep(
  _: Input<typeof keepStandbys>,
  ports: StandbyPorts,
  now: Instant,
): Promise<Output<typeof keepStandbys>> {
  const { installation } = await ports.configuration.read();
  const here = installation.clusters.filter((cluster) => standbyOf(cluster)?.region === ports.region);
  const outcomes = await settled(here, AT_ONCE, (cluster) =>
    keepOne(cluster, groupOf(installation, cluster.name), ports, now),
  );
  const having = (name: string): number =>
    outcomes.filter(
      (one) => one.status === 'fulfilled' && one.value.some(({ trouble }) => trouble?.name === name),
    ).length;
  const lost = outcomes.filter(({ status }) => status === 'rejected').length;
  const [broken, lagging] = [having('StandbyBroken') + lost, having('StandbyLagging')];
  const { region } = ports;
  ports.telemetry.metric('BrokenStandbys', 'Count', broken, { region });
  ports.telemetry.metric('LaggingStandbys', 'Count', lagging, { region });
  throwWorst(
    `in ${region}, standbys were not looked at`,
    here.map(({ name }, n) => [name, outcomes[n]!] as const),
  );
  return { standbys: here.length, lagging, broken };
}

async function keepOne(
  cluster: Cluster,
  group: Group | undefined,
  ports: StandbyPorts,
  now: Instant,
): Promise<readonly FollowedDatabase[]> {
  const { catalog, region } = ports;
  const epoch = group && (await ports.groups.epoch(group.name));
  const found = await catalog.standby(cluster.name, region);
  const before = found && isLeftBehind(found, epoch) ? await followAgain(found, ports, now) : found;
  const record = before ?? newStandby(cluster.name, region, now);
  // One that was promoted, or is being, is the only copy of what is written to it: nobody may have it follow.
  if (record.mode !== 'following' || cluster.engine !== 'doris') return [];
  const names = Object.keys(cluster.databases);
  const lagBinlogs = standbyOf(cluster)!.lagBinlogs;
  const followed = await settled(names, DATABASES_AT_ONCE, (database) => {
    const over = isLeftOver(record, database, epoch) ? ('what is there' as const) : ('nothing' as const);
    const known = { before: record.databases[database], lagBinlogs, over };
    return followDatabase({ cluster, database }, known, ports, now);
  });
  throwWorst(
    `databases of ${cluster.name} were not looked at`,
    names.map((database, n) => [database, followed[n]!] as const),
  );
  const databases = Object.fromEntries(
    followed.flatMap((one, n) => (one.status === 'fulfilled' ? [[names[n]!, one.value] as const] : [])),
  );
  const after: StandbyRecord = { ...record, databases, seenAt: now };
  try {
    await catalog.recordStandby(after, before);
  } catch (error) {
    // Somebody promotes it, or another look overtook this one: theirs stands.
    if (error instanceof ConcurrentUpdate) return [];
    throw error;
  }
  measure(after, ports, now);
  return Object.values(databases);
}

/** Seconds only where they are known: CCR has none of its own. */
function measure(standby: StandbyRecord, { telemetry }: StandbyPorts, now: Instant): void {
  const { cluster, region } = standby;
  const lags = Object.values(standby.databases).map(({ lag }) => lag);
  if (!lags.includes(undefined))
    telemetry.metric('StandbyBinlogs', 'Count', Math.max(...(lags as number[])), { cluster, region });
  const reaches = reachOf(standby);
  if (reaches !== undefined)
    telemetry.metric('StandbyLag', 'Seconds', inSeconds(between(reaches, now)), { cluster, region });
}
