import { type Instant, later, seconds } from '../../core/time/instant.ts';
import type { RandomStream } from '../random/streams.ts';

/**
 * How long things take, drawn per operation: minutes for what is metadata on Aurora's storage, hours for what moves
 * a volume to another region (copies are always full copies; Aurora guide, Copying a DB cluster snapshot).
 */
export const after = (at: Instant, chance: RandomStream, atLeast: number, atMost: number): Instant =>
  later(at, seconds(chance.between(atLeast, atMost)));

export const snapshotTaken = (at: Instant, chance: RandomStream): Instant => after(at, chance, 1, 20);
export const snapshotReady = (taken: Instant, chance: RandomStream): Instant => after(taken, chance, 60, 300);
export const copyQueued = (at: Instant, chance: RandomStream): Instant => after(at, chance, 60, 240);

const COPY_SECONDS_PER_GIB = { fast: 5, slow: 9 };
export const copyReady = (from: Instant, chance: RandomStream, gib: number): Instant =>
  after(from, chance, 60 + gib * COPY_SECONDS_PER_GIB.fast, 180 + gib * COPY_SECONDS_PER_GIB.slow);

export const clusterReady = (at: Instant, chance: RandomStream): Instant => after(at, chance, 300, 1_200);
export const instanceReady = (at: Instant, chance: RandomStream): Instant => after(at, chance, 240, 720);
export const modified = (at: Instant, chance: RandomStream): Instant => after(at, chance, 20, 120);
/** A new name is effective in about two minutes. */
export const renamed = (at: Instant, chance: RandomStream): Instant => after(at, chance, 60, 180);
export const deleted = (at: Instant, chance: RandomStream): Instant => after(at, chance, 60, 300);
export const snapshotDeleted = (at: Instant, chance: RandomStream): Instant => after(at, chance, 2, 20);
