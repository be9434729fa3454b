import type { CaptureSpec, Cursor, Step } from '../../../core/engines/driver.ts';
import { CaptureFailed, type HoldfastError } from '../../../core/errors/registry.ts';
import {
  type Duration,
  earlier,
  type Instant,
  instant,
  minutes,
  parseInstant,
  speak,
} from '../../../core/time/instant.ts';
import { askAgain, lookAgain, missedOnce, noteMissing, seen } from '../shared/ask-again.ts';
import { allOf } from '../shared/bounded.ts';
import { keep, keptPlanned, type Own, type Planned, type PlannedInstance } from './configuration.ts';
import { ec2Fault, failed, isLimit, isNotFound } from './faults.ts';
import { planOf } from './instances.ts';
import { type EbsPorts, groupOf, manifestIn } from './ports.ts';
import { type Choice, choose, hasFailed, lackOf, type SnapshotSet } from './sets.ts';
import { CLUSTER_TAG, POINT_TAG, removeSnapshots, snapshotsOf, takeSet, VOLUMES_TAG } from './snapshots.ts';

/** From the first instance to the last. What lies further apart is no backup of one cluster. */
export const SPREAD_MAX: Duration = minutes(5);

/** Instances whose snapshots are begun at the same time: the closer together, the better. */
const AT_ONCE = 16;

/**
 * One CreateSnapshots per instance, all at once. EC2 takes no token, so what is to be captured is written down before:
 * an attempt that finds it written begins nothing by itself and leaves it to `pollCapture`, which looks twice.
 */
export async function beginCapture(
  ports: EbsPorts,
  spec: CaptureSpec,
  /** What the cluster's own engine adds to what was found. */
  own?: (found: Planned) => Own,
): Promise<Step> {
  const { region } = spec.point;
  const place = manifestIn(ports, region, spec.point);
  const before = await keptPlanned(place);
  if (before) return begun(before);
  const found = await planOf(ports.ec2(region), groupOf(spec.cluster), region);
  const planned = own ? { ...found, own: own(found) } : found;
  await keep(place, planned);
  const refused = await takeAll(ports, spec, planned, planned.instances);
  return refused ? waitingFor(refused, {}) : begun(planned);
}

const begun = ({ instances }: Planned): Step =>
  askAgain(
    'running',
    `snapshots of ${count(instances)} volumes of ${instances.length} instances are begun`,
    {},
  );

const count = (instances: readonly PlannedInstance[]): number =>
  instances.reduce((sum, { volumes }) => sum + volumes.length, 0);

const waitingFor = (refused: HoldfastError, cursor: Cursor): Step =>
  askAgain('waiting', refused.message, cursor);

/** Answers what EC2 refused by name, when it did: that passes, and nothing was begun. */
async function takeAll(
  ports: EbsPorts,
  { point }: CaptureSpec,
  planned: Planned,
  instances: readonly PlannedInstance[],
): Promise<HoldfastError | undefined> {
  const ec2 = ports.ec2(point.region);
  const { excludeBootVolume } = planned;
  const tags = {
    [POINT_TAG]: point.id,
    [CLUSTER_TAG]: point.cluster,
    [VOLUMES_TAG]: String(count(planned.instances)),
  };
  const refusals = await allOf(instances, AT_ONCE, async ({ instanceId }) => {
    try {
      await takeSet(ec2, { instanceId, excludeBootVolume }, tags);
      return undefined;
    } catch (error) {
      if (isLimit(error)) return ec2Fault(error);
      if (isNotFound(error))
        throw new CaptureFailed(
          `the instance ${instanceId} went away while its cluster was captured; start the backup again`,
          { instance: instanceId },
          { cause: error },
        );
      throw ec2Fault(error);
    }
  });
  return refusals.find((refusal) => refusal !== undefined);
}

/** @param over no set may be begun any more: what is missing now fails the capture */
export async function pollCapture(
  ports: EbsPorts,
  spec: CaptureSpec,
  cursor: Cursor,
  { over = false } = {},
): Promise<Step> {
  const { point } = spec;
  const ec2 = ports.ec2(point.region);
  const planned = await keptPlanned(manifestIn(ports, point.region, point));
  if (!planned)
    return failed(
      new CaptureFailed(
        `what was to be captured as ${point.id} is no longer in the vault's work folder; start the backup again`,
      ),
    );
  const choice = choose(await snapshotsOf(ec2, point));
  await removeSnapshots(ec2, choice.surplus);
  const trouble = [...choice.sets.values()].find(hasFailed);
  if (trouble) return failed(setFailed(trouble));
  const lacking = planned.instances.filter((one) => lackOf(one, choice.sets.get(one.instanceId)).length > 0);
  return lacking.length > 0
    ? lookTwice(ports, spec, planned, lacking, choice, cursor, over)
    : stepOf(planned, choice, seen(cursor));
}

function setFailed({ instanceId, snapshots }: SnapshotSet): CaptureFailed {
  const [first] = snapshots.filter(({ state }) => state === 'error');
  return new CaptureFailed(
    `the snapshots of instance ${instanceId} ended as error (${first?.snapshotId}: ${first?.trouble ?? 'ebs gives no reason'}); look at the key of its volumes, and start the backup again`,
    { instance: instanceId },
  );
}

/** A list may be behind. What is missing in two looks is begun; what is there in part in two looks is broken. */
async function lookTwice(
  ports: EbsPorts,
  spec: CaptureSpec,
  planned: Planned,
  lacking: readonly PlannedInstance[],
  { sets }: Choice,
  cursor: Cursor,
  over: boolean,
): Promise<Step> {
  const names = lacking.map(({ instanceId }) => instanceId).join(', ');
  if (!missedOnce(cursor)) return lookAgain(`looking for snapshots of ${names}`, noteMissing(cursor));
  const inPart = lacking.find(({ instanceId }) => sets.has(instanceId));
  if (inPart)
    return failed(
      new CaptureFailed(
        `of instance ${inPart.instanceId} there is no snapshot of ${lackOf(inPart, sets.get(inPart.instanceId)).join(', ')}, though ebs had begun the set: a volume was detached, or a snapshot removed; start the backup again`,
        { instance: inPart.instanceId },
      ),
    );
  const first = earliestOf(sets);
  if (over || (first !== undefined && first < earlier(spec.now, SPREAD_MAX)))
    return failed(
      new CaptureFailed(
        `no snapshots of ${names} could be begun within ${speak(SPREAD_MAX)} of those of the first instance, and what lies further apart is no backup of one cluster; start the backup again`,
      ),
    );
  const refused = await takeAll(ports, spec, planned, lacking);
  // After a refusal by name nothing was begun: the next look may begin at once.
  if (refused) return waitingFor(refused, cursor);
  return lookAgain(`snapshots of ${names} are begun`, seen(cursor));
}

export const earliestOf = (sets: Choice['sets']): Instant | undefined =>
  sets.size === 0 ? undefined : instant(Math.min(...[...sets.values()].map(({ takenAt }) => takenAt)));

/** The instant that is restored: the engine's own, where it brings its volumes to one. */
export const instantOf = ({ own }: Planned, sets: Choice['sets']): Instant | undefined =>
  own ? parseInstant(own.at) : earliestOf(sets);

/** Whether a set of every instance is begun, as far as lists show. */
export async function allBegun(ports: EbsPorts, { point }: CaptureSpec): Promise<boolean> {
  const planned = await keptPlanned(manifestIn(ports, point.region, point));
  if (!planned) return false;
  const { sets } = choose(await snapshotsOf(ports.ec2(point.region), point));
  return planned.instances.every((one) => lackOf(one, sets.get(one.instanceId)).length === 0);
}

function stepOf(planned: Planned, { sets }: Choice, cursor: Cursor): Step {
  const all = [...sets.values()].flatMap(({ snapshots }) => snapshots);
  const pending = all.filter(({ state }) => state === 'pending');
  const takenAt = instantOf(planned, sets);
  if (pending.length === 0 && takenAt !== undefined) return { outcome: 'ready', cursor, takenAt };
  const least = Math.min(...pending.map(({ percent }) => percent));
  return askAgain(
    'running',
    `${all.length - pending.length} of ${all.length} snapshots complete, the slowest at ${least} %`,
    cursor,
  );
}

/** What is pending goes when it has completed. What no list shows yet, reconcile finds by its tags. */
export async function abandonCapture(ports: EbsPorts, { point }: CaptureSpec): Promise<void> {
  const ec2 = ports.ec2(point.region);
  await removeSnapshots(ec2, await snapshotsOf(ec2, point));
}
