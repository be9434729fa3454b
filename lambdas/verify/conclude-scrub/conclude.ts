import type { ObjectStore } from '../../../core/ports/object-store.ts';
import { days, earlier, type Instant, parseInstant } from '../../../core/time/instant.ts';
import { maySetAside, type Spoilt, spoiltBy } from '../../../core/verify/set-aside.ts';
import type { concludeScrub } from '../../../workflows/contracts/verify.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { readStanding, type Standing } from '../standing-file.ts';
import { tell } from '../tell.ts';

export type ConcludeScrubPorts = Pick<
  TaskPorts,
  'region' | 'catalog' | 'announcer' | 'vault' | 'telemetry'
> & {
  /** The region that writes records. */
  readonly home: string;
  /** What the scrubs of the other regions left; in the primary only, which runs after them. */
  readonly others: readonly {
    readonly region: string;
    readonly bucket: string;
    readonly store: Pick<ObjectStore, 'get'>;
  }[];
};

/** A scrub of another region that is older says nothing: a day, and as long for one that was late. */
const SAYS_FOR = days(2);
/** Each is a message to a person; with more, the summary says how many. */
const TOLD_MAX = 100;

/**
 * Says what is not mended, sets aside what cannot be, and sums up. Records are read again before each write; a
 * repetition finds a copy set aside for the same reason, and says it again.
 */
export async function conclude(
  { scrub }: Input<typeof concludeScrub>,
  ports: ConcludeScrubPorts,
  now: Instant,
): Promise<Output<typeof concludeScrub>> {
  const { region, home, vault } = ports;
  const { open } = await readStanding(vault);
  const left = open.filter(({ state }) => state !== 'copied');
  for (const rot of left.slice(0, TOLD_MAX))
    await tell(ports, 'RotFound', rot, rot.state === 'beyond' ? beyond(region, home) : WAITS);
  const aside = region === home ? await setAsideAll(open, ports, now) : 0;
  await announceSummary(scrub, open.length, aside, ports);
  return {};
}

const WAITS = 'the region of its twin could not be asked, so the next run tries again';
const beyond = (region: string, home: string): string =>
  region === home
    ? 'no region holds a sound twin'
    : `no region holds a sound twin; the run in ${home} sets the copy aside`;

async function setAsideAll(open: Standing['open'], ports: ConcludeScrubPorts, now: Instant): Promise<number> {
  const spoilt = [...spoiltBy(ports.region, open)];
  for (const { region, ...place } of ports.others) {
    const note = await noteOf(region, place, ports);
    const written = note && parseInstant(note.writtenAt);
    if (note && written !== undefined && written >= earlier(now, SAYS_FOR))
      spoilt.push(...spoiltBy(region, note.open));
  }
  let aside = 0;
  const groups = Map.groupBy(spoilt, ({ cluster, region }) => `${region} ${cluster}`);
  for (const group of groups.values()) aside += await setAside(group, ports);
  return aside;
}

/** What is dark is asked tomorrow; what lies here is not held up by it. */
async function noteOf(
  region: string,
  place: { readonly bucket: string; readonly store: Pick<ObjectStore, 'get'> },
  { telemetry }: ConcludeScrubPorts,
): Promise<Standing | undefined> {
  try {
    return await readStanding(place);
  } catch (error) {
    telemetry.error(`the scrub of ${region} cannot be asked`, error as Error);
    return undefined;
  }
}

async function setAside(group: readonly Spoilt[], ports: ConcludeScrubPorts): Promise<number> {
  const { catalog, announcer } = ports;
  const [{ cluster, region }] = group as [Spoilt];
  const copies = await catalog.copies(cluster, region);
  const proven = copies.filter(({ state }) => state === 'proven');
  const going = group.filter(({ recoveryPoint }) => proven.some(({ id }) => id === recoveryPoint));
  const may = maySetAside(going.length, proven.length);
  let aside = 0;
  for (const { recoveryPoint, reason } of group) {
    const copy = await catalog.copy(recoveryPoint, region);
    const before = copy?.state === 'quarantined' && copy.reason?.message === reason.message;
    if (copy?.state !== 'proven' && !before) continue;
    if (may) {
      await catalog.advanceCopy(recoveryPoint, region, 'quarantined', { reason });
      aside++;
    }
    await announcer.announce({
      name: may ? 'RecoveryPointQuarantined' : 'RotFound',
      cluster,
      region,
      recoveryPoint,
      reason,
      sentence: may
        ? `${recoveryPoint} is set aside in ${region}: ${reason.message}, and no region holds a sound twin`
        : `${recoveryPoint} in ${region} holds what cannot be mended: ${reason.message}; ${going.length} of ${proven.length} proven copies do, so none is set aside before a person has looked`,
    });
  }
  return aside;
}

async function announceSummary(
  {
    manifests,
    items,
    bytes,
    snapshots,
    found,
    mended,
    allManifests,
    allItems,
  }: Input<typeof concludeScrub>['scrub'],
  open: number,
  aside: number,
  { region, announcer }: ConcludeScrubPorts,
): Promise<void> {
  const rest = [
    ...(open > 0 ? [`${open} not mended yet`] : []),
    ...(aside > 0 ? [`${aside} copies set aside`] : []),
    ...(snapshots > 0 ? [`${snapshots} are of database snapshots, which show no bytes to read`] : []),
    ...(allManifests && allItems ? [] : ['the next run goes on from here']),
  ];
  await announcer.announce({
    name: 'ScrubFinished',
    cluster: EVERY_CLUSTER,
    region,
    sentence: `${region}: ${manifests} manifests and ${items} items read, ${bytes} bytes; ${found} found rotten, ${mended} mended${rest.map((each) => `; ${each}`).join('')}`,
    facts: { manifests, items, bytes, found, mended, open, aside },
  });
}
