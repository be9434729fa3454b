import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import type { Reason } from '../../../core/errors/registry.ts';
import { clusterOf, planOf } from '../../../core/plan/installation.ts';
import { asCapturedIn } from '../../../core/plan/turned.ts';
import { type Instant, iso } from '../../../core/time/instant.ts';
import { backupRequest } from '../../../workflows/contracts/backup.ts';
import { openedBy } from '../../backup/opened-by.ts';
import { endCapture } from '../../shared/end-capture.ts';
import { EVERY_CLUSTER } from '../../shared/every-cluster.ts';
import type { TaskPorts } from '../../shared/ports.ts';
import { reasonOfEnd, type Stopped, sameReason, wasCutOff } from './stopped.ts';

type CapturePorts = Pick<
  TaskPorts,
  'region' | 'configuration' | 'catalog' | 'drivers' | 'announcer' | 'telemetry'
>;
type ClosePorts = CapturePorts & Pick<TaskPorts, 'driversHere'>;

/** Closes what a stopped backup left, as the functions of the backup see it: their region is the home of what they capture. */
export async function closeBackup(stopped: Stopped, from: ClosePorts, now: Instant): Promise<string> {
  const ports = asCaptures(from);
  const reason = reasonOfEnd(stopped, 'CaptureOverdue', 'CaptureFailed');
  const request = backupRequest.safeParse(stopped.input);
  if (!request.success) return tellUnreadable(stopped, reason, ports);
  const { cluster } = request.data;
  const id = openedBy({ state: request.data, startedAt: iso(stopped.startedAt) });
  const point = await ports.catalog.point(id);
  if (point?.execution === stopped.execution) {
    if (point.state === 'sealed' && (wasCutOff(stopped) || stopped.error === 'CopiesNotStarted')) {
      if (wasCutOff(stopped)) await endCapture(point, reason, ports, now);
      return tellCopiesMissing(point.id, cluster, ports);
    }
    const mine = wasCutOff(stopped) || IN_FLIGHT.has(point.state) || sameReason(point.reason, reason);
    return mine ? `${id}: ${await endCapture(point, reason, ports, now)}` : 'nothing';
  }
  // One that failed has told why in `DiscardPartialCapture`; one that was stopped could not.
  if (!wasCutOff(stopped)) return 'nothing';
  await ports.announcer.announce({
    name: 'BackupFailed',
    cluster,
    region: ports.region,
    reason,
    sentence: `no backup of ${cluster} was started: ${reason.message}`,
  });
  return `${id}: never opened`;
}

async function tellUnreadable(stopped: Stopped, reason: Reason, ports: CapturePorts): Promise<string> {
  await ports.announcer.announce({
    name: 'BackupFailed',
    cluster: EVERY_CLUSTER,
    region: ports.region,
    reason,
    sentence: `a backup was asked for in words that holdfast-backup does not take: ${JSON.stringify(stopped.input)?.slice(0, 200)}; it takes {"cluster":"…"}`,
  });
  return 'an unreadable request';
}

/** The point is sealed; what is missing is its protection elsewhere, and nothing else would say so before the RPO is breached. */
async function tellCopiesMissing(id: string, cluster: string, ports: CapturePorts): Promise<string> {
  const { installation } = await ports.configuration.read();
  const configured = clusterOf(installation, cluster);
  for (const region of (configured && planOf(installation, configured))?.copyTo ?? []) {
    if (await ports.catalog.copy(id, region)) continue;
    const again = JSON.stringify({ cluster, recoveryPointId: id, region });
    await ports.announcer.announce({
      name: 'CopyFailed',
      cluster,
      region,
      recoveryPoint: id,
      reason: { name: 'CopyFailed', message: 'holdfast-copy could not be started' },
      sentence: `${id} is sealed, but its copy to ${region} was not started; start holdfast-copy with ${again}`,
    });
  }
  return `${id}: copies announced as missing`;
}

/** This function serves restores too, whose home is elsewhere where a group goes: captures there are seen turned round. */
const asCaptures = ({ driversHere, configuration, ...ports }: ClosePorts): CapturePorts => ({
  ...ports,
  drivers: driversHere,
  configuration: {
    read: async () => {
      const { installation, since } = await configuration.read();
      return { installation: asCapturedIn(installation, ports.region), since };
    },
  },
});
