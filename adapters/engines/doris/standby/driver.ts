import type { StandbyDriver, StandbySpec } from '../../../../core/engines/standby-driver.ts';
import {
  InvariantViolation,
  ServiceUnavailable,
  StandbyRefused,
  TargetNotEmpty,
} from '../../../../core/errors/registry.ts';
import { type Cluster, type DorisStandby, standbyOf } from '../../../../core/plan/installation.ts';
import type { Place, Reach } from '../../../../core/ports/reach.ts';
import { namesIn } from '../answers.ts';
import { says } from '../refusals.ts';
import { type Statement, sqlOf } from '../statements.ts';
import { lookAt } from './look.ts';
import { type CcrJob, didTo, type Syncer, syncerAt } from './syncer.ts';

/** The one way to a database's job, wherever it is asked about. */
export const jobOf = ({ cluster, database }: StandbySpec): string => `holdfast_${cluster.name}_${database}`;
/** Of the way back, which is another job: the first one's place in the binlog means nothing to it. */
export const jobBackOf = (spec: StandbySpec): string => `${jobOf(spec)}_back`;

interface At {
  readonly standby: DorisStandby;
  readonly place: Place;
  readonly syncer: Syncer;
}

/**
 * Standbys of Doris by CCR: a syncer beside the standby has a job for each database, and repeats its binlog. Holdfast
 * tells the syncer what to do, and nothing else. Passwords of either side are filled into a job where the secrets are,
 * by the function that stands in the standby's network.
 */
export function dorisStandby({ reach }: { readonly reach: Reach }): StandbyDriver {
  const at = ({ cluster }: StandbySpec): At => {
    const standby = declared(cluster);
    const place: Place = { cluster: cluster.name, region: standby.region, end: 'standby' };
    return { standby, place, syncer: syncerAt(reach, place) };
  };
  return {
    look: (spec) => lookAt(at(spec).syncer, jobOf(spec)),

    async start(spec, over = 'nothing') {
      const { standby, place, syncer } = at(spec);
      const name = jobOf(spec);
      if ((await syncer.names()).includes(name)) return;
      const [first] = await tablesAt(reach, place, spec.database);
      if (first !== undefined && over === 'nothing')
        throw new TargetNotEmpty(
          `the standby of ${spec.cluster.name} has tables in ${spec.database} (${first} among them) and nothing that follows: it may have been promoted; drop the database there if it is no longer wanted`,
        );
      await create(syncer, spec, {
        ...{ name, skip_error: false, allow_table_exists: over === 'what is there' },
        src: sourceEnd(standby, spec.database),
        dest: standbyEnd(standby, spec.database),
      });
    },

    async resume(spec) {
      await didTo(at(spec).syncer, 'resume', jobOf(spec));
    },

    async restart(spec) {
      const { syncer } = at(spec);
      if (await didTo(syncer, 'pause', jobOf(spec))) await didTo(syncer, 'resume', jobOf(spec));
    },

    // Deleted last: whatever breaks off in between, the job is still there to go on from.
    async promote(spec) {
      const { syncer } = at(spec);
      for (const step of ['pause', 'desync', 'delete'] as const)
        if (!(await didTo(syncer, step, jobOf(spec)))) return step === 'delete';
      return true;
    },

    async reverse(spec, over) {
      const { standby, place, syncer } = at(spec);
      const names = await syncer.names();
      if (names.includes(jobBackOf(spec))) return;
      if (names.includes(jobOf(spec)))
        throw new StandbyRefused(
          `the standby of ${spec.database} of ${spec.cluster.name} follows still; promote it before it is followed`,
        );
      await enableBinlog(reach, place, spec);
      await create(
        syncer,
        spec,
        {
          ...{ name: jobBackOf(spec), skip_error: false },
          allow_table_exists: over === 'what is there',
          src: standbyEnd(standby, spec.database),
          dest: sourceEnd(standby, spec.database),
        },
        { src: 'standby', dest: 'source' },
      );
    },
  };
}

function declared(cluster: Cluster): DorisStandby {
  const standby = standbyOf(cluster);
  if (standby) return standby;
  throw new InvariantViolation(`${cluster.name} has no standby, and one was asked for`);
}

const end = (host: string, port: number, thriftPort: number, database: string): CcrJob['src'] => ({
  ...{ host, port: String(port), thrift_port: String(thriftPort) },
  ...{ database, table: '' },
});
const sourceEnd = ({ source }: DorisStandby, database: string) =>
  end(source.host, source.port, source.thriftPort, database);
const standbyEnd = ({ reach: { sql }, thriftPort }: DorisStandby, database: string) =>
  end(sql.host, sql.port, thriftPort, database);

async function create(
  syncer: Syncer,
  { cluster, database }: StandbySpec,
  job: CcrJob,
  logins: { readonly src: string; readonly dest: string } = { src: 'source', dest: 'standby' },
): Promise<void> {
  const answer = await syncer.create(job, logins);
  if (answer.success || /job exist/.test(answer.words)) return;
  const said = `the syncer does not have ${database} of ${cluster.name} followed: ${answer.words.slice(0, 500)}`;
  if (/dest table .* already exists/.test(answer.words))
    throw new TargetNotEmpty(`${said}; drop the tables there, or say that they may be written over`);
  if (/not enable binlog/.test(answer.words))
    throw new StandbyRefused(
      `${said}; set enable_feature_binlog in fe.conf and be.conf there, and say ALTER DATABASE ${database} SET PROPERTIES ("binlog.enable" = "true")`,
    );
  if (/denied/i.test(answer.words))
    throw new StandbyRefused(
      `${said}; look at the secrets in standby.source and standby.reach.sql: both users need ADMIN`,
    );
  throw new StandbyRefused(`${said}; look at the log of the syncer`);
}

const ask = (reach: Reach, place: Place, statement: Statement) => reach.sql(place, [sqlOf(statement)]);

/** None in a database that is not there. */
async function tablesAt(reach: Reach, place: Place, database: string): Promise<readonly string[]> {
  const { answers, refused } = await ask(reach, place, { kind: 'show-tables', database });
  if (!refused) return namesIn(answers[0]?.rows ?? []);
  if (says('unknownDatabase', refused)) return [];
  throw new ServiceUnavailable(
    `the standby of ${place.cluster} does not say what is in ${database}: ${refused.message.slice(0, 500)}`,
  );
}

/** The tables first, which a database asks for. Views have none to enable, and are refused. */
async function enableBinlog(reach: Reach, place: Place, { cluster, database }: StandbySpec): Promise<void> {
  for (const table of await tablesAt(reach, place, database))
    await ask(reach, place, { kind: 'enable-binlog', database, table });
  const { refused } = await ask(reach, place, { kind: 'enable-binlog', database });
  if (refused)
    throw new StandbyRefused(
      `${database} of what was the standby of ${cluster.name} writes no binlog that could be followed: ${refused.message.slice(0, 500)}; set enable_feature_binlog in its fe.conf and be.conf`,
    );
}
