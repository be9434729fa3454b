import { hours, later, milliseconds } from '../../core/time/instant.ts';
import { bytes } from '../output/table.ts';
import type { Stage } from '../stage.ts';
import { bodyOf, type Folder } from './folder.ts';

const ORDERS_A_DAY = 240;
const BOOKINGS_A_DAY = 480;
const SALES_A_DAY = 120;
const DOCUMENTS_A_DAY = 96;

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
    this.#makeBuckets();
    for (const file of folder.files) files.write(file.key, bodyOf(file));
    return [
      `Protecting documents: ${folder.files.length.toLocaleString('en-US')} files, ${bytes(folder.bytes)} of ${folderName}, in a bucket in ${home}`,
      `Protecting orders: an Aurora cluster in ${home} that takes ${ORDERS_A_DAY} orders a day`,
      `Protecting ledger: a TiDB cluster in ${home} that takes ${BOOKINGS_A_DAY} bookings a day and changes its schema while it does; its log follows to the other region`,
      `Protecting warehouse: a Doris cluster in ${home} that takes ${SALES_A_DAY} sales a day into monthly partitions`,
      `Protecting search: a Milvus cluster in ${home} that embeds ${DOCUMENTS_A_DAY} documents a day`,
    ];
  }

  /** A failover brings files into a bucket that somebody has made. */
  #makeBuckets(): void {
    const { cloud, installation } = this.#stage;
    const { s3, kms, iam, world, account } = cloud;
    for (const cluster of installation.clusters)
      for (const [region, { bucket }] of Object.entries(cluster.restoreInto)) {
        if (bucket === undefined || s3.bucket(bucket)) continue;
        const { arn } = kms.createKey({ region, account, now: world.now() });
        const Principal = { AWS: `arn:aws:iam::${account}:root` };
        iam.addResourcePolicy(arn, {
          Statement: { Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' },
        });
        s3.createBucket({
          name: bucket,
          region,
          account,
          versioning: true,
          eventBridge: false,
          kmsKeyArn: arn,
        });
      }
  }

  /** The day that follows. */
  scheduleDay(day: number): void {
    this.files.scheduleDay(day);
    this.#stage.orders.get('orders')!.scheduleDay(ORDERS_A_DAY);
    this.#stage.tidb.applications.get('ledger')!.scheduleDay(BOOKINGS_A_DAY);
    for (const database of this.#stage.doris.applications.get('warehouse')!)
      database.scheduleDay(SALES_A_DAY);
    this.#embed();
  }

  /**
   * By day only: Milvus's tool flushes one collection after the other, so that what is written meanwhile is in some of
   * them; at night all of them are of one instant.
   */
  #embed(): void {
    const { world } = this.#stage.cloud;
    const search = this.#stage.milvus.applications.get('search')!;
    const morning = later(world.now(), hours(6));
    for (let i = 0; i < DOCUMENTS_A_DAY; i++)
      world.at(later(morning, milliseconds((i * hours(16)) / DOCUMENTS_A_DAY)), () => search.act());
  }

  get files() {
    return this.#stage.files.get('documents')!;
  }
}
