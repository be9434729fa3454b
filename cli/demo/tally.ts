import type { EmbeddedCloud } from '../../embedded/cloud.ts';

/** What the bus said about one cluster since the last look. */
interface DayCount {
  sealed: number;
  copied: number;
  expiring: number;
  discarded: number;
  /** Every other event, with its sentence. */
  others: string[];
}

const none = (): DayCount => ({ sealed: 0, copied: 0, expiring: 0, discarded: 0, others: [] });

/** Listens on Holdfast's bus, as a notification rule would, and counts per cluster. */
export class Tally {
  readonly #counts = new Map<string, DayCount>();

  constructor(cloud: EmbeddedCloud) {
    cloud.events.watch((event, bus) => {
      if (!bus.endsWith('/holdfast')) return;
      const { cluster, sentence } = event.detail as { cluster: string; sentence: string };
      const count = this.#of(cluster);
      switch (event['detail-type']) {
        case 'RecoveryPointSealed':
          count.sealed++;
          break;
        case 'RecoveryPointCopied':
          count.copied++;
          break;
        case 'RecoveryPointExpiring':
          count.expiring++;
          break;
        case 'RecoveryPointDiscarded':
          count.discarded++;
          break;
        case 'RestoreFinished':
          break;
        default:
          count.others.push(`${event['detail-type']}: ${sentence}`);
      }
    });
  }

  /** Takes what was counted for a cluster, and starts anew. */
  take(cluster: string): Readonly<DayCount> {
    const count = this.#of(cluster);
    this.#counts.delete(cluster);
    return count;
  }

  #of(cluster: string): DayCount {
    let count = this.#counts.get(cluster);
    if (!count) {
      count = none();
      this.#counts.set(cluster, count);
    }
    return count;
  }
}
