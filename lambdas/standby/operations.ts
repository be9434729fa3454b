import type { StandbyDriver } from '../../core/engines/standby-driver.ts';
import { UnsupportedByEngine } from '../../core/errors/registry.ts';
import type { Cluster } from '../../core/plan/installation.ts';
import {
  inMode,
  newStandby,
  reachOf,
  type StandbyMode,
  type StandbyRecord,
} from '../../core/standby/record.ts';
import { type Instant, iso } from '../../core/time/instant.ts';
import type { StandbyPorts } from './ports.ts';

type Ports = Omit<StandbyPorts, 'configuration' | 'telemetry' | 'groups'>;

/**
 * Cuts a standby loose, so that it takes writes. Written down first: from then on nobody has it follow again, however far
 * this gets. Called again, it goes on. Asks the protected cluster's region for nothing.
 *
 * @returns the record, whose databases say what each certainly has
 * @throws StandbyNotReady when it follows no more because it is being followed
 */
export async function promoteStandby(cluster: Cluster, ports: Ports, now: Instant): Promise<StandbyRecord> {
  const { name } = cluster;
  const before = await ports.catalog.standby(name, ports.region);
  if (before?.mode === 'promoted') return before;
  const promoting = await moved(
    before ?? newStandby(name, ports.region, now),
    before,
    'promoting',
    ports,
    now,
  );
  const driver = driverOf(cluster, ports);
  for (const database of databasesOf(cluster)) await driver.promote({ cluster, database });
  const promoted = await moved(promoting, promoting, 'promoted', ports, now);
  const reaches = reachOf(promoted);
  await ports.announcer.announce({
    name: 'StandbyPromoted',
    cluster: name,
    region: ports.region,
    sentence: `the standby of ${name} in ${ports.region} takes writes; ${reaches === undefined ? 'up to when it has everything is not known' : `it certainly has everything up to ${iso(reaches)}`}`,
    facts: reaches === undefined ? {} : { reaches: iso(reaches) },
  });
  return promoted;
}

/**
 * Has the protected cluster follow its former standby, which was promoted. First all of it is brought over.
 *
 * @param over whether what the protected cluster still holds may be written over
 * @throws StandbyNotReady when it was not promoted
 */
export async function reverseStandby(
  cluster: Cluster,
  over: 'nothing' | 'what is there',
  ports: Ports,
  now: Instant,
): Promise<StandbyRecord> {
  const { name } = cluster;
  const before = await ports.catalog.standby(name, ports.region);
  const returning = await moved(
    before ?? newStandby(name, ports.region, now),
    before,
    'returning',
    ports,
    now,
  );
  const driver = driverOf(cluster, ports);
  for (const database of databasesOf(cluster)) await driver.reverse({ cluster, database }, over);
  if (before?.mode !== 'returning')
    await ports.announcer.announce({
      name: 'StandbyReversed',
      cluster: name,
      region: ports.region,
      sentence: `${name} follows its former standby in ${ports.region}; first all of it is brought over`,
    });
  return returning;
}

/**
 * Has a promoted standby follow again whose group has gone home: all of it is brought over anew, and what it certainly has
 * is nothing until then.
 */
export async function followAgain(before: StandbyRecord, ports: Ports, now: Instant): Promise<StandbyRecord> {
  const { databases: _then, ...rest } = before;
  return moved({ ...rest, databases: {} }, before, 'following', ports, now);
}

async function moved(
  standby: StandbyRecord,
  before: StandbyRecord | undefined,
  mode: StandbyMode,
  { catalog }: Ports,
  now: Instant,
): Promise<StandbyRecord> {
  const next = inMode(standby, mode, now);
  if (next instanceof Error) throw next;
  if (next !== before) await catalog.recordStandby(next, before);
  return next;
}

function driverOf({ engine, name }: Cluster, { standbys }: Ports): StandbyDriver {
  const driver = standbys(engine);
  if (driver) return driver;
  throw new UnsupportedByEngine(`this version keeps no standby of ${name}, which is ${engine}`);
}

const databasesOf = (cluster: Cluster): readonly string[] =>
  cluster.engine === 'doris' ? Object.keys(cluster.databases) : [];
