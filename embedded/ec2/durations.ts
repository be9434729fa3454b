import { type Duration, type Instant, later, seconds } from '../../core/time/instant.ts';
import type { RandomStream } from '../random/streams.ts';

/** How long things take, drawn per operation. EBS promises no figure; what changed since the last one decides. */
const after = (at: Instant, chance: RandomStream, atLeast: number, atMost: number): Instant =>
  later(at, seconds(chance.between(atLeast, atMost)));

const SECONDS_PER_GIB = { fast: 3, slow: 6 };

export const snapshotReady = (at: Instant, chance: RandomStream): Instant => after(at, chance, 45, 400);

/** The first copy of a volume to a region moves all of it, later ones what changed. */
export const copyReady = (at: Instant, chance: RandomStream, gib: number): Instant =>
  after(at, chance, 60 + gib * SECONDS_PER_GIB.fast, 240 + gib * SECONDS_PER_GIB.slow);

export const volumeReady = (at: Instant, chance: RandomStream): Instant => after(at, chance, 2, 30);

/** KMS is asked after the call was answered. */
export const keyRefused = (at: Instant, chance: RandomStream): Instant => after(at, chance, 5, 60);

/** A volume is listed as `deleting` for a moment (EBS guide, Delete an Amazon EBS volume). */
export const VOLUME_GOES: Duration = seconds(5);

/** EBS FAQ: wait so long between two snapshots of one volume. */
export const SNAPSHOTS_APART: Duration = seconds(15);
