import type { RecoveryPointId } from '../../core/ids/names.ts';
import type { ManifestLine } from '../../core/manifest/line.ts';
import { hours, type Instant, later } from '../../core/time/instant.ts';
import type { Rot } from '../../core/verify/rot.ts';
import { conclude } from '../../lambdas/verify/conclude-scrub/conclude.ts';
import { mend } from '../../lambdas/verify/mend-rot/mend.ts';
import type { Scrubbed } from '../../lambdas/verify/scrub-vault/lap.ts';
import { scrub } from '../../lambdas/verify/scrub-vault/scrub.ts';
import { readStanding } from '../../lambdas/verify/standing-file.ts';
import { MemoryShelf } from './memory-shelf.ts';
import { copied, sealed } from './task-runs.ts';
import { HOME, RECOVERY, TaskWorld, time } from './task-world.ts';

const NOON = time('2026-11-20T12:00:00Z');
export const MORNING = time('2026-11-22T07:40:00Z');
const execution = 'arn:aws:states:eu-west-1:111122223333:execution:holdfast-verify:run-1';

/** An item as a manifest names it. */
export const line = (key: string, since: RecoveryPointId, bytes = 10): ManifestLine => ({
  key,
  version: 'v',
  bytes,
  checksum: `crc64nvme:${key}`,
  since,
});

/** The tasks of `holdfast-verify` over vaults in memory. */
export class VerifyWorld {
  readonly world = new TaskWorld();
  readonly shelf = new MemoryShelf('orders');
  limits: { day: number; lap: number } | undefined;

  /** A point that is proven in both regions, so many hours after the first. */
  async protect(nth: number, ...lines: readonly ManifestLine[]): Promise<RecoveryPointId> {
    const at = later(NOON, hours(nth));
    const id = await sealed(this.world, 'orders', 'hourly', at);
    await copied(this.world, 'orders', id, at);
    this.shelf.points.set(id, lines);
    this.world.events.length = 0;
    return id;
  }

  spoil(region: string, ...keys: readonly string[]): void {
    for (const key of keys) this.shelf.rotten.add(`${region} ${key}`);
  }

  ports(region: string) {
    const { world, shelf } = this;
    return {
      ...world.ports(region),
      shelf: shelf.at(region),
      twins: shelf.twins(region, [HOME, RECOVERY]),
      home: HOME,
      others: region === HOME ? [{ region: RECOVERY, ...world.ports(RECOVERY).vault }] : [],
      ...(this.limits && { limits: this.limits }),
    };
  }

  lap(region: string, state: { scrub?: Scrubbed } = {}, now = MORNING): Promise<Scrubbed> {
    return scrub({ execution, state }, this.ports(region), now);
  }

  /** The machine's loop, from its start to its summary. */
  async verify(region: string, now: Instant = MORNING): Promise<Scrubbed> {
    const ports = this.ports(region);
    let state: { scrub?: Scrubbed } = {};
    for (;;) {
      const scrubbed = await this.lap(region, state, now);
      state = { scrub: scrubbed };
      if (scrubbed.outcome === 'mend') await mend({ scrub: scrubbed }, ports, now);
      if (scrubbed.outcome !== 'done') continue;
      await conclude({ scrub: scrubbed }, ports, now);
      return scrubbed;
    }
  }

  /** What an event of this name was about: a key, or else a recovery point. */
  told(name: string): readonly string[] {
    return this.world.events
      .filter((event) => event.name === name)
      .map(({ facts, recoveryPoint }) => `${facts?.['key'] ?? recoveryPoint}`);
  }

  async copyIn(region: string, id: RecoveryPointId): Promise<string | undefined> {
    return (await this.world.catalog.copy(id, region))?.state;
  }

  async openIn(region: string): Promise<readonly Rot[]> {
    return (await readStanding(this.world.ports(region).vault)).open;
  }
}
