import { expect, test } from 'vitest';
import { seconds } from '../../../../core/time/instant.ts';
import { Bench } from './bench.ts';

test.each(['PENDING', 'CREATING', 'SNAPSHOTING', 'DOWNLOAD', 'DOWNLOADING', 'COMMIT', 'COMMITTING'])(
  'a restore that the frontend left in %s goes on, and ends with what the snapshot holds',
  async (state) => {
    const bench = new Bench();
    const cluster = bench.shop({ bytesPerSecond: 2_000, tabletsPerPartition: 3 });
    await bench.repository(cluster);
    await bench.backedUp(cluster, 'l1');
    const before = cluster.rowsNow();
    const stamp = await bench.timestamp(cluster, 'l1');
    for (const key of ['o1', 'o2']) cluster.write('shop', 'orders', key, undefined);
    await bench.sql(cluster, 'DROP TABLE shop.items FORCE');
    await bench.sql(cluster, `RESTORE SNAPSHOT shop.l1 FROM r1 PROPERTIES ("backup_timestamp" = "${stamp}")`);
    const [job] = cluster.jobs.all.filter(({ kind }) => kind === 'restore');
    while (job!.state !== state) await bench.pass(100);
    cluster.restartFrontend(seconds(30));
    await bench.pass(seconds(31));
    expect(await bench.ended(cluster, 'RESTORE')).toMatchObject({ State: 'FINISHED', Status: '[OK]' });
    expect(cluster.rowsNow()).toEqual(before);
    expect(await bench.sql(cluster, 'SHOW TABLES')).toHaveLength(3);
  },
);

test.each(['PENDING', 'SNAPSHOTING', 'UPLOAD_SNAPSHOT', 'UPLOADING', 'SAVE_META', 'UPLOAD_INFO'])(
  'a backup that the frontend left in %s goes on, with one file of each name',
  async (state) => {
    const bench = new Bench();
    const cluster = bench.shop({ bytesPerSecond: 2_000, tabletsPerPartition: 3 });
    await bench.repository(cluster);
    await bench.sql(cluster, 'BACKUP SNAPSHOT shop.l1 TO r1');
    const [job] = cluster.jobs.all;
    while (job!.state !== state) await bench.pass(100);
    if (state === 'UPLOADING') await bench.pass(seconds(2));
    cluster.restartFrontend();
    await bench.pass(seconds(21));
    expect(await bench.ended(cluster, 'BACKUP')).toMatchObject({ State: 'FINISHED', Status: '[OK]' });
    const names = bench.keys().map((key) => key.replace(/\.[0-9a-f]{32}$/, ''));
    expect(new Set(names).size).toBe(names.length);
    await bench.sql(cluster, 'DROP TABLE orders FORCE');
    expect((await bench.restored(cluster, 'l1', 'ON (orders)'))['State']).toBe('FINISHED');
    expect(await bench.sql(cluster, 'SELECT * FROM orders')).toHaveLength(10);
  },
);
