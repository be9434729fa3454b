import type { StandbyDriver, StandbySpec } from '../../../core/engines/standby-driver.ts';
import { HoldfastError, reasonOf, UnsupportedByEngine } from '../../../core/errors/registry.ts';
import { judge, PATIENCE, type StandbyAct, type StandbyTrouble } from '../../../core/standby/judge.ts';
import type { FollowedDatabase } from '../../../core/standby/record.ts';
import { between, days, type Instant } from '../../../core/time/instant.ts';
import type { StandbyPorts } from '../ports.ts';

/** Who was told yesterday may be on holiday today. */
const REMIND_EVERY = days(1);

interface Known {
  readonly before: FollowedDatabase | undefined;
  readonly lagBinlogs: number;
  /** Whether what the standby holds may be written over. */
  readonly over: 'nothing' | 'what is there';
}

/** Looks at one database's job, does what is to be done, and says what is news of what is the matter. */
export async function followDatabase(
  spec: StandbySpec,
  { before, lagBinlogs, over }: Known,
  ports: StandbyPorts,
  askedAt: Instant,
): Promise<FollowedDatabase> {
  const { cluster, database } = spec;
  const driver = ports.standbys(cluster.engine);
  if (!driver) throw new UnsupportedByEngine(`this version keeps no standby of ${cluster.engine}`);
  const seen = await driver.look(spec);
  const verdict = judge({ cluster: cluster.name, database, before, seen, askedAt, lagBinlogs });
  const stuck = await carriedOut(verdict.act, { spec, driver, over, now: verdict.now }, ports, askedAt);
  return told(spec, before, verdict.now, stuck ?? verdict.trouble, ports, askedAt);
}

interface Doing {
  readonly spec: StandbySpec;
  readonly driver: StandbyDriver;
  readonly now: FollowedDatabase;
  readonly over: Known['over'];
}

/** @returns why nothing came of it, if a person has to know */
async function carriedOut(
  act: StandbyAct,
  { spec, driver, now, over }: Doing,
  ports: StandbyPorts,
  askedAt: Instant,
): Promise<StandbyTrouble | undefined> {
  const { cluster, database } = spec;
  if (act === 'nothing') return undefined;
  // Somebody may have begun to promote it since this look began.
  const { mode = 'following' } = (await ports.catalog.standby(cluster.name, ports.region)) ?? {};
  if (mode !== 'following') return undefined;
  const facts = { cluster: cluster.name, database, act };
  try {
    await (act === 'start' ? driver.start(spec, over) : driver[act](spec));
    ports.telemetry.info(`the standby of ${database} of ${cluster.name}: ${act}`, facts);
    if (act === 'start')
      await ports.announcer.announce({
        name: 'StandbyBegun',
        cluster: cluster.name,
        region: ports.region,
        sentence: `${database} of ${cluster.name} is followed by its standby from now on; first all of it is brought over, during which no backup of ${database} can run`,
        facts: { database },
      });
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    ports.telemetry.error(`${act} failed: ${reason.message}`, error as Error, facts);
    // What may pass by itself is given the time to.
    const passes = error instanceof HoldfastError && error.retryable;
    if (passes && between(now.stateSince, askedAt) < PATIENCE.unanswered) return undefined;
    return { name: 'StandbyBroken', message: reason.message };
  }
}

const RUNBOOK = {
  StandbyBroken: 'docs/runbooks/standby-broken.md',
  StandbyLagging: 'docs/runbooks/standby-lagging.md',
} as const;

/** Said before it is noted: a crash in between says it twice, the other order might never say it. */
async function told(
  { cluster, database }: StandbySpec,
  before: FollowedDatabase | undefined,
  now: FollowedDatabase,
  trouble: StandbyTrouble | undefined,
  { announcer, region }: StandbyPorts,
  askedAt: Instant,
): Promise<FollowedDatabase> {
  const { trouble: _over, ...well } = now;
  if (!trouble) return well;
  const same = before?.trouble?.name === trouble.name ? before.trouble : undefined;
  const news = !same || between(same.toldAt, askedAt) >= REMIND_EVERY;
  const { name, message } = trouble;
  if (news)
    await announcer.announce({
      ...{ name, cluster: cluster.name, region, reason: trouble },
      sentence: `${message}; ${RUNBOOK[name]} says what this means`,
      facts: { database },
    });
  const since = same?.since ?? askedAt;
  return { ...well, trouble: { name, message, since, toldAt: news ? askedAt : same.toldAt } };
}
