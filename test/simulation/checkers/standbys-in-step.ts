import type { Stage } from '../../../cli/stage.ts';
import { earlier, hours, type Instant, iso, minutes } from '../../../core/time/instant.ts';
import type { WarehouseApplication } from '../../../embedded/applications/warehouse.ts';
import type { CcrJob } from '../../../embedded/doris/ccr/job.ts';
import type { DorisCluster } from '../../../embedded/doris/cluster.ts';
import type { Announced } from './announced.ts';
import type { Checker, Run } from './checker.ts';
import { Weather } from './weather.ts';

/** Behind by more than this, somebody has been told: looks come every five minutes, and storms last no longer. */
const TOLD_WITHIN = hours(4);
/** Healed, this is long enough for every binlog. */
const IN_STEP_WITHIN = minutes(40);

interface Followed {
  readonly cluster: string;
  readonly region: string;
  readonly application: WarehouseApplication;
  readonly source: DorisCluster;
  readonly standby: DorisCluster;
  readonly job: CcrJob | undefined;
}

/**
 * A standby is what its source was at some commit, and never falls behind in silence: while anything may happen, one that
 * is hours behind has been told of; healed, it is in step, and holds exactly the rows of its commit.
 */
export class StandbysInStep implements Checker {
  readonly name = 'standbys-in-step';
  readonly #announced: Announced;
  /** How many databases were compared with the truth: a run in which none was proves nothing. */
  compared = 0;

  constructor(announced: Announced) {
    this.#announced = announced;
  }

  begin({ stage }: Pick<Run, 'stage'>): void {
    this.#announced.begin(stage);
  }

  daily({ stage }: Pick<Run, 'stage'>): readonly string[] {
    const weather = new Weather(stage);
    return followed(stage).flatMap((one) => {
      const since = behindSince(one);
      if (since === undefined || one.source.isDark || one.standby.isDark) return [];
      const dark = [one.region, one.source.options.region].reduce(
        (sum, region) => sum + weather.darkBetween(since, stage.now, region),
        0,
      );
      return stage.now - since - dark > TOLD_WITHIN && !this.#told(stage, one, since)
        ? [`${spoken(one)} lacks what was committed at ${iso(since)}, and nobody is told`]
        : [];
    });
  }

  async judge({ stage }: Pick<Run, 'stage'>): Promise<readonly string[]> {
    const found: string[] = [];
    for (const one of followed(stage)) {
      const record = await stage.until(stage.catalog(one.region).standby(one.cluster, one.region));
      const { state, trouble } = record?.databases[one.application.database] ?? {};
      if (state !== 'following' || trouble)
        found.push(`${spoken(one)} is ${state ?? 'unknown'}${trouble ? `: ${trouble.message}` : ''}`);
      const since = behindSince(one);
      if (since !== undefined && since < earlier(stage.now, IN_STEP_WITHIN))
        found.push(`${spoken(one)} lacks what was committed at ${iso(since)}`);
      found.push(...this.#differing(one));
    }
    return found;
  }

  #told({ cloud }: Stage, { region, cluster }: Followed, since: Instant): boolean {
    return (
      this.#announced.heard.some(
        ({ at, bus, event }) =>
          bus === region && event.cluster === cluster && event.name === 'StandbyBroken' && at >= since,
      ) ||
      cloud.monitoring.alarms.some(
        ({ region: where, input, state }) =>
          where === region && /standby|failed-KeepStandbys/.test(input.AlarmName ?? '') && state === 'ALARM',
      )
    );
  }

  #differing(one: Followed): string[] {
    const { application, standby, job } = one;
    if (job?.committed === undefined) return [`${spoken(one)} has no first copy`];
    this.compared++;
    const truth = application.truthAt(job.committed);
    const tables = application.tablesAt(job.committed);
    // What a restore has put beside the application's tables is followed too, and nobody's truth.
    const there = [...standby.rowsNow(application.database)].filter(([key]) =>
      tables.has(key.slice(key.indexOf('.') + 1, key.indexOf('/'))),
    );
    const print = (rows: Iterable<readonly [string, object]>): string =>
      JSON.stringify([...rows].map(([key, row]) => [key, Object.entries(row).sort()]).sort());
    return print(there) === print(truth)
      ? []
      : [`${spoken(one)} has ${there.length} rows, and not the ${truth.size} of commit ${job.committed}`];
  }
}

const spoken = ({ standby, application, region }: Followed): string =>
  `${standby.name} in ${region}, of ${application.database},`;

/** When the oldest change was made that the standby has not got; undefined when it has all. */
function behindSince({ source, application, job }: Followed): Instant | undefined {
  const { changes } = source.catalog;
  const database = source.catalog.databases.get(application.database);
  const done = job?.committed ?? 0n;
  return changes.find(({ seq, databaseId }) => seq > done && databaseId === database?.id)?.at;
}

function followed(stage: Stage): Followed[] {
  return stage.installation.clusters.flatMap((cluster) => {
    if (cluster.engine !== 'doris' || !cluster.standby) return [];
    const { source, standby, syncers } = stage.doris.standbys.of(cluster.name);
    const jobs = [...(syncers[0]?.jobs.values() ?? [])].map(({ job }) => job);
    return stage.doris.applications.get(cluster.name)!.map((application) => ({
      ...{ cluster: cluster.name, region: cluster.standby!.region, application, source, standby },
      job: jobs.find(({ spec }) => spec.src.database === application.database),
    }));
  });
}
