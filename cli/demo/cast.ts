import { bytes } from '../output/table.ts';
import type { Stage } from '../stage.ts';
import { bodyOf, type Folder } from './folder.ts';

const ORDERS_A_DAY = 240;
const BOOKINGS_A_DAY = 480;

/** Who writes into the protected clusters, from the first hour to the last. */
export class Cast {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Puts the folder's files in their bucket. Answers what is protected, a line each. */
  begin(folder: Folder, folderName: string): string[] {
    const home = this.#stage.installation.regions.primary;
    const { files } = this;
    for (const file of folder.files) files.write(file.key, bodyOf(file));
    return [
      `Protecting documents: ${folder.files.length.toLocaleString('en-US')} files, ${bytes(folder.bytes)} of ${folderName}, in a bucket in ${home}`,
      `Protecting orders: an Aurora cluster in ${home} that takes ${ORDERS_A_DAY} orders a day`,
      `Protecting ledger: a TiDB cluster in ${home} that takes ${BOOKINGS_A_DAY} bookings a day and changes its schema while it does; its log follows to the other region`,
    ];
  }

  /** The day that follows. */
  scheduleDay(day: number): void {
    this.files.scheduleDay(day);
    this.#stage.orders.get('orders')!.scheduleDay(ORDERS_A_DAY);
    this.#stage.tidb.applications.get('ledger')!.scheduleDay(BOOKINGS_A_DAY);
  }

  get files() {
    return this.#stage.files.get('documents')!;
  }
}
