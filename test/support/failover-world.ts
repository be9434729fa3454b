import type { Move } from '../../core/groups/move.ts';
import { type RecoveryPointId, recoveryPointId, restoreId } from '../../core/ids/names.ts';
import { hours, type Instant, minutes } from '../../core/time/instant.ts';
import { next } from '../../lambdas/failover/next-layer/next.ts';
import { raise } from '../../lambdas/failover/raise-epoch/raise.ts';
import { resolve } from '../../lambdas/failover/resolve-failover/resolve.ts';
import type { Output } from '../../lambdas/shared/ports.ts';
import type { resolveFailover } from '../../workflows/contracts/failover.ts';
import { INSTALLATION, RECOVERY, TaskWorld, time } from './task-world.ts';

export const NOON = time('2026-11-21T12:00:00Z');
export const STATES = `arn:aws:states:${RECOVERY}:111122223333`;
export const executionNamed = (name: string): string => `${STATES}:execution:holdfast-failover:${name}`;
export const ONE = executionNamed('one');
export const TWO = executionNamed('two');

type Failover = Output<typeof resolveFailover>;

/** A group of two layers, with one proven copy of each member where it goes, and the tasks that fail it over. */
export class FailoverWorld {
  readonly tasks = new TaskWorld();
  readonly asked = { to: 'latest', without: [] as string[], group: 'shop' } as const;
  /** Executions that go on. */
  readonly running = new Set([ONE]);
  /** Database clusters that bear the name of one that is to come. Asked for, they begin to get another. */
  readonly left = new Set<string>();

  static async of(clusters: readonly string[] = ['orders', 'billing']): Promise<FailoverWorld> {
    const world = new FailoverWorld();
    const rest = { to: RECOVERY, maxSkew: minutes(15), approvalWithin: hours(1) };
    const groups = [{ name: 'shop', layers: clusters.map((name) => [name]), ...rest }];
    world.tasks.installation = { ...INSTALLATION, groups };
    for (const cluster of clusters) await world.prove(cluster, time('2026-11-21T11:00:00Z'));
    return world;
  }

  ports() {
    return {
      ...this.tasks.ports(RECOVERY),
      machineArns: { restore: `${STATES}:stateMachine:holdfast-restore` },
      runs: { isRunning: async (execution: string) => this.running.has(execution) },
      oldSides: { moveAway: async (id: string) => !this.left.delete(id) },
    };
  }

  /** A copy of what was taken then is proven where the group goes. */
  async prove(cluster: string, takenAt: Instant): Promise<RecoveryPointId> {
    const { catalog } = this.tasks;
    const id = recoveryPointId(cluster, 'hourly', takenAt);
    const copy = { id, cluster, region: RECOVERY, startedAt: takenAt, takenAt, root: 'ab12' };
    await catalog.openCopy({ ...copy, state: 'copying' });
    await catalog.advanceCopy(id, RECOVERY, 'copied');
    await catalog.advanceCopy(id, RECOVERY, 'proven', { provenAt: takenAt });
    return id;
  }

  resolveBy(execution: string, now: Instant = NOON, more: object = {}): Promise<Failover> {
    const request = { ...this.asked, ...more };
    return resolve({ request, execution, startedAt: new Date(now).toISOString() }, this.ports(), now);
  }

  nextOf(failover: Failover, execution: string, layer?: { layer: number; lap: number }) {
    return next({ execution, state: { failover, ...(layer && { layer }) } }, this.ports(), NOON);
  }

  async moved(): Promise<Move> {
    return (await this.tasks.groups.moves('shop'))[0]!;
  }

  /** A restore of that run has ended. */
  async restored(cluster: string, run: string, startedAt: Instant, state: 'restored' | 'failed') {
    const { catalog } = this.tasks;
    const id = restoreId(cluster, startedAt, `${STATES}:execution:holdfast-restore:${run}`);
    const opened = { id, cluster, region: RECOVERY, instant: startedAt, target: 's3://x/', startedAt };
    await catalog.openRestore({ ...opened, state: 'restoring' });
    const end =
      state === 'restored'
        ? { achievedRtoSeconds: 600 }
        : { reason: { name: 'KeyNotUsable', message: 'gone' } };
    await catalog.closeRestore({ ...opened, state, endedAt: startedAt, ...end });
  }

  /** The first layer's only member, handed out. */
  async begun(execution = ONE) {
    const failover = await this.resolveBy(execution);
    await raise({ execution, failover }, this.ports(), NOON);
    const { members } = await this.nextOf(failover, execution);
    return { failover, member: members[0]! };
  }
}
