import type { Abandoned, AbandonedRestore } from '../../../core/engines/driver.ts';
import { iso } from '../../../core/time/instant.ts';
import { type TidbPorts, tidbCluster } from './ports.ts';

/** What BR says before it writes anything: it refused the target, or what was asked of it. PD it may lose at any time. */
export const REFUSALS: ReadonlySet<string> = new Set([
  'TargetNotEmpty',
  'TargetNotUsable',
  'InvalidInput',
  'RecoveryPointNotRestorable',
  'WindowNotCovered',
]);

/**
 * Stops BR. On SIGTERM it gives PD its schedulers back; killed it cannot, and then what it paused there runs out by itself
 * within five minutes (`pauseTimeout` in br/pkg/pdutil/pd.go). TiKV's GC is another matter: BR turns it off by SQL while it
 * replays a log, leaves it off for the next run when it did not come to its end, and has no command that turns it on.
 */
export async function abandonRestore(ports: TidbPorts, spec: AbandonedRestore): Promise<Abandoned> {
  const { region, restore, reason, cursor } = spec;
  const known = typeof cursor?.['task'] === 'string' && cursor['task'] !== '' ? [cursor['task']] : [];
  const found = await ports.containers.runningFor(region, restore.id);
  for (const task of new Set([...found, ...known]))
    await ports.containers.stop(region, task, `${restore.id} is abandoned`);
  if (REFUSALS.has(reason.name)) return { target: 'untouched' };
  const left = restore.chain === undefined ? cameHome(spec) : garbageCollection(spec);
  return {
    target: 'unfinished',
    ...(found.length > 0 && { ending: true }),
    ...(left !== undefined && { left }),
  };
}

/** No restore but a way home fills the cluster that is protected; it is no place to remove or to give up. */
const cameHome = ({ cluster, restore: { target } }: AbandonedRestore): string | undefined =>
  target.startsWith(`${tidbCluster(cluster).reach.pd}, `)
    ? `${cluster.name} may be emptied or half filled there, and its other side is the true one, unharmed: start holdfast-failback again, which empties it anew`
    : undefined;

/** For a person: what BR left, and the two ways out of it. */
const garbageCollection = ({ cluster, region, restore }: AbandonedRestore): string =>
  `BR turns TiKV's GC off while it replays a log, and a run that did not end leaves it off in ${restore.target}: ` +
  `start {"cluster":"${cluster.name}","to":"${iso(restore.instant)}"} on holdfast-restore in ${region} again, which goes on ` +
  'where BR was and turns GC on at its end; or, if that cluster is kept otherwise, run in it ' +
  '"SET CONFIG tikv `gc.ratio-threshold` = 1.1" (docs/runbooks/restore-abandoned.md)';
