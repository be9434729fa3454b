import type { DrillRecord } from '../../../core/drills/drill.ts';
import { sweptFrom } from '../../../core/drills/isolation.ts';
import { isSpoilt } from '../../../core/drills/set-aside.ts';
import { DrillOverdue, HoldfastError, reasonOf } from '../../../core/errors/registry.ts';
import { type Instant, iso } from '../../../core/time/instant.ts';
import type { sweepDrills } from '../../../workflows/contracts/drill.ts';
import type { Input, Output, TaskPorts } from '../../shared/ports.ts';
import { throwWorst } from '../../shared/throw-worst.ts';
import { writeReceipt } from '../../shared/write-receipt.ts';
import { draftOf } from '../receipt-of-drill.ts';
import { type TakeDownPorts, takeDown } from '../take-down.ts';

type SweepPorts = TakeDownPorts & Pick<TaskPorts, 'drills' | 'home'>;

/**
 * What no machine works on any more, or works on for too long, is removed here, whoever crashed. One drill that cannot be
 * removed holds up no other.
 */
export async function sweep(
  _input: Input<typeof sweepDrills>,
  ports: SweepPorts,
  now: Instant,
): Promise<Output<typeof sweepDrills>> {
  const { installation } = await ports.configuration.read();
  const counts = { swept: 0, left: 0, setAside: 0 };
  const outcomes: (readonly [string, PromiseSettledResult<unknown>])[] = [];
  for (const { name } of installation.clusters) {
    const drills = await ports.drills.drills(name);
    for (const drill of drills.filter((one) => isLeft(one, ports.region, now))) {
      const [outcome] = await Promise.allSettled([sweepOne(drill, ports, now)]);
      outcomes.push([drill.id, outcome]);
      if (outcome.status === 'fulfilled' && outcome.value) counts.swept++;
      else counts.left++;
    }
    if (ports.region === ports.home) counts.setAside += await setAside(drills, ports);
  }
  throwWorst(`drills in ${ports.region} were not torn down`, outcomes);
  return counts;
}

const isLeft = (drill: DrillRecord, here: string, now: Instant): boolean =>
  drill.region === here &&
  drill.tornDownAt === undefined &&
  (drill.state !== 'drilling' || now > sweptFrom(drill));

/** Ended first, and looked at afterwards: whoever begins a restore for it does it the other way round, and one sees the other. */
async function sweepOne(drill: DrillRecord, ports: SweepPorts, now: Instant): Promise<boolean> {
  const ended = await endOverdue(drill, ports, now);
  try {
    const torn = await takeDown(ended, ports, now);
    if (!torn.gone) {
      if (now > ended.deadline) await tell(ended, torn.doing, ports);
      return false;
    }
  } catch (error) {
    const why = error instanceof HoldfastError ? reasonOf(error).message : String(error);
    if (now > ended.deadline) await tell(ended, why, ports);
    throw error;
  }
  const gone: DrillRecord = { ...ended, tornDownAt: now };
  // Whoever was cut off wrote none, and a drill that broke off is as much a fact as one that passed.
  const head =
    gone.receipt === undefined ? await writeReceipt(await draftOf(gone, ports), ports, now) : undefined;
  await ports.drills.recordDrill({ ...gone, ...(head && { receipt: head.number }) });
  return true;
}

async function endOverdue(drill: DrillRecord, ports: SweepPorts, now: Instant): Promise<DrillRecord> {
  if (drill.state !== 'drilling') return drill;
  const reason = reasonOf(
    new DrillOverdue(
      `nothing of ${drill.id} may be left at ${iso(drill.deadline)}, and at ${iso(now)} its execution had not said how it ended; look at that execution of holdfast-drill`,
      { drill: drill.id },
    ),
  );
  const ended: DrillRecord = { ...drill, state: 'failed', endedAt: now, reason };
  await ports.drills.recordDrill(ended);
  await tell(ended, reason.message, ports);
  return ended;
}

const tell = (drill: DrillRecord, why: string, { announcer }: SweepPorts): Promise<void> =>
  announcer.announce({
    name: 'DrillOverdue',
    cluster: drill.cluster,
    region: drill.region,
    sentence: `the drill ${drill.id} is past its deadline (${iso(drill.deadline)}) and is being swept: ${why}`,
    facts: { drill: drill.id },
    ...(drill.reason && { reason: drill.reason }),
  });

/** Copies and their records are the primary's. A copy in question is asked for again before it is set aside. */
async function setAside(drills: readonly DrillRecord[], { catalog, announcer }: SweepPorts): Promise<number> {
  let count = 0;
  for (const drill of drills) {
    const { recoveryPoint: id, reason, region, cluster } = drill;
    if (id === undefined || !reason || drill.state !== 'failed') continue;
    if (!isSpoilt(drill, await catalog.copy(id, region))) continue;
    // Told first: once it is set aside no sweep looks at it again, and whoever is cut off in between has told nobody.
    await announcer.announce({
      name: 'RecoveryPointQuarantined',
      cluster,
      region,
      recoveryPoint: id,
      reason,
      sentence: `${id} is set aside in ${region}: the drill ${drill.id} could not restore it: ${reason.message}`,
    });
    await catalog.advanceCopy(id, region, 'quarantined', { reason });
    count++;
  }
  return count;
}
