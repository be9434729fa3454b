import { restoreAndCompare } from '../../../cli/demo/restoring.ts';
import type { Stage } from '../../../cli/stage.ts';
import { GROWING } from '../../../core/log/chain.ts';
import { type Cluster, isRds } from '../../../core/plan/installation.ts';
import {
  earlier,
  hours,
  type Instant,
  instant,
  iso,
  later,
  milliseconds,
  parseInstant,
  seconds,
  wholeSecond,
} from '../../../core/time/instant.ts';
import { isActiveThroughout } from './active-side.ts';
import { regionsOf } from './checker.ts';
import { isGone } from './in-force.ts';
import { chainsIn, claimedWindows } from './log-claims.ts';
import { provenIn, violationsOf } from './restores-equal-truth.ts';

interface Window {
  readonly earliest: Instant;
  readonly latest: Instant;
}

/** What a region claims: from its oldest to its newest proven point, and what logs cover there. */
interface Claim {
  readonly points: readonly Instant[];
  readonly logs: readonly Window[];
  /** An engine's own log restores to the second, and beside it the older point does. */
  readonly toTheSecond: boolean;
  /** Beside a log of Holdfast's nothing is rounded: what lies in a hole is refused. */
  readonly refusesHoles: boolean;
}

/**
 * Every instant of a claimed window restores, and no other. Of each cluster, in one drawn region: the first instant of
 * the window, the last, one inside, and one just outside each end, which has to be refused as `WindowNotCovered`.
 *
 * Inside a log an instant comes back exactly, of an engine's own to the second; between points, the state of the older
 * one does. Of a log of Holdfast's the windows are tried in every region (`log-windows-restore`). The
 * window moves while a restore is under way: it is read before and after, and counts only if it did not.
 */
export async function windowsRestore(stage: Stage): Promise<string[]> {
  const chance = stage.cloud.world.random('test.windows');
  const violations: string[] = [];
  for (const cluster of stage.installation.clusters) {
    const region = chance.pick(regionsOf(stage));
    const inside = chance.next();
    for (const choose of [first, last, at(inside)])
      violations.push(...(await covered(stage, region, cluster, choose)));
    for (const choose of [before, after])
      violations.push(...(await notCovered(stage, region, cluster, choose)));
  }
  return violations;
}

export type Choice = (window: Window, claim: Claim) => Instant;
const first: Choice = ({ earliest }) => earliest;
const last: Choice = ({ latest }) => latest;
const at =
  (share: number): Choice =>
  ({ earliest, latest }) =>
    later(earliest, milliseconds(Math.floor((latest - earliest) * share)));
const before: Choice = ({ earliest }) => earlier(earliest, seconds(1));
/** The end of a log moves on while one asks; an hour is beyond it by far. */
const after: Choice = ({ latest }, { logs }) => later(latest, logs.length > 0 ? hours(1) : seconds(1));

export async function covered(
  stage: Stage,
  region: string,
  cluster: Cluster,
  choose: Choice,
): Promise<string[]> {
  const claim = claimOf(stage, region, cluster);
  const window = windowOf(claim);
  if (!window) return [];
  const asked = choose(window, claim);
  const result = await restoreAndCompare(stage, region, cluster.name, iso(asked));
  const what = `${cluster.name} in ${region} at ${iso(asked)}, in its window ${iso(window.earliest)} to ${iso(window.latest)}`;
  const expected = restoresTo(claim, asked);
  if (result.error) {
    if (expected === undefined && result.error.name === 'WindowNotCovered') return [];
    if (moved(claim, claimOf(stage, region, cluster))) return [];
    return [`${what}: ended as ${result.error.name}: ${result.error.message}`];
  }
  const restored = parseInstant(result.output!.record.restoredTo)!;
  return [
    ...(restored === expected
      ? []
      : [
          `${what}: restored to ${iso(restored)} and ${expected === undefined ? 'nothing' : iso(expected)} was the newest state by then`,
        ]),
    ...violationsOf(result),
  ];
}

async function notCovered(stage: Stage, region: string, cluster: Cluster, choose: Choice): Promise<string[]> {
  const claim = claimOf(stage, region, cluster);
  const window = windowOf(claim);
  if (!window) return [];
  const asked = choose(window, claim);
  const { error } = await restoreAndCompare(stage, region, cluster.name, iso(asked));
  if (error?.name === 'WindowNotCovered' || moved(claim, claimOf(stage, region, cluster))) return [];
  return [
    `${cluster.name} in ${region} at ${iso(asked)}, outside its window ${iso(window.earliest)} to ${iso(window.latest)}: ended as ${error ? `${error.name}: ${error.message}` : 'restored'}, and was to be refused as WindowNotCovered`,
  ];
}

function claimOf(stage: Stage, region: string, cluster: Cluster): Claim {
  const points = provenIn(stage, region, cluster.name)
    .filter(({ provenAt }) => provenAt !== undefined)
    .map(({ takenAt }) => takenAt!)
    .sort((a, b) => a - b);
  const logs = logOf(stage, region, cluster) ?? claimedWindows(stage, region, cluster.name);
  const refusesHoles = chainsIn(stage, region, cluster.name).some(
    ({ state, from, checkpoint }) => GROWING.has(state) || from < checkpoint,
  );
  return { points, logs, toTheSecond: isRds(cluster), refusesHoles };
}

/** The engine's own log. Undefined for an engine that has none. */
function logOf(stage: Stage, region: string, cluster: Cluster): readonly Window[] | undefined {
  const { cloud, installation } = stage;
  if (!isRds(cluster)) return undefined;
  // With the cluster its log is gone.
  if (isGone(stage, cluster.name) || region !== installation.regions.primary) return [];
  // A side that fell behind claims nothing by its own log.
  if (!isActiveThroughout(stage, cluster.name, region, stage.now, stage.now)) return [];
  const call = { account: cloud.account, region, principal: 'root', now: cloud.world.now() };
  const { DBClusters } = cloud.rds.call('DescribeDBClusters', {}, call) as {
    readonly DBClusters: readonly {
      readonly DBClusterIdentifier: string;
      readonly EarliestRestorableTime?: Date;
      readonly LatestRestorableTime?: Date;
    }[];
  };
  // A cluster that somebody deleted has no log any more.
  const found = DBClusters.find(({ DBClusterIdentifier: id }) => id === cluster.clusterId);
  const { EarliestRestorableTime: earliest, LatestRestorableTime: latest } = found ?? {};
  if (!earliest || !latest) return [];
  return [{ earliest: instant(earliest.getTime()), latest: wholeSecond(instant(latest.getTime())) }];
}

/** From the first to the last instant that either covers; nothing, where there is no point. */
function windowOf({ points, logs }: Claim): Window | undefined {
  if (points.length === 0) return undefined;
  return {
    earliest: instant(Math.min(...points, ...logs.map(({ earliest }) => earliest))),
    latest: instant(Math.max(...points, ...logs.map(({ latest }) => latest))),
  };
}

/** Undefined in a hole. */
function restoresTo({ points, logs, toTheSecond, refusesHoles }: Claim, asked: Instant): Instant | undefined {
  const exactly = toTheSecond ? wholeSecond(asked) : asked;
  if (logs.some(({ earliest, latest }) => exactly >= earliest && exactly <= latest)) return exactly;
  if (refusesHoles) return points.find((point) => point === asked);
  return points.findLast((point) => point <= asked) ?? points[0]!;
}

/** The end of a log always moves on; what may change an answer is a point that came or went, or a log's beginning. */
const moved = (was: Claim, is: Claim): boolean =>
  was.points.join() !== is.points.join() ||
  was.logs.map(({ earliest }) => earliest).join() !== is.logs.map(({ earliest }) => earliest).join();
