import type { HoldfastEvent } from '../catalog/events.ts';

/** Puts events on the bus. An entry that the bus rejects is an error (`EventRejected`), never a log line. */
export interface Announcer {
  announce(event: HoldfastEvent): Promise<void>;
}
