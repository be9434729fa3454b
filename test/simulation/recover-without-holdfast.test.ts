import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import { recoverKey } from '../../core/manifest/layout.ts';
import { receiptKey } from '../../core/receipts/canonical.ts';
import { days } from '../../core/time/instant.ts';
import { Streams } from '../../embedded/random/streams.ts';
import { vaultName } from '../../lib/names.ts';
import { AwsCli } from '../support/aws-cli.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { writeOddFiles } from '../support/odd-files.ts';
import { Blueprint } from '../support/world-of.ts';
import { receiptsFollow } from './checkers/receipts-follow.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';

/*
 * The page that lies beside each recovery point is executed, word for word, by bash, with an `aws` that speaks to the
 * embedded cloud: in the recovery region, by somebody who has credentials and nothing of Holdfast.
 */
const SEED = 7;
const tools = ['bash', 'python3', 'xargs', 'seq'].filter(
  (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0,
);
if (tools.length > 0) console.warn(`skipped: ${tools.join(', ')} is not on this machine`);

describe.skipIf(tools.length > 0)('a recovery point is recovered by its own page', () => {
  let blueprint: Blueprint;
  let stage: Stage;

  beforeAll(async () => {
    blueprint = await Blueprint.of(FLEETING);
    stage = blueprint.stage(SEED);
    // Names that have broken somebody's backup, one of which has a hashed place in the vault.
    const chance = new Streams(SEED).stream('odd');
    for (const files of stage.files.values()) writeOddFiles(files, chance, 5);
    for (const orders of stage.orders.values()) orders.scheduleDay(4);
    await stage.run(days(1));
  });
  afterAll(() => blueprint?.close());

  function newest(cluster: string, region: string) {
    const [copy] = catalogOf(stage, region)
      .copies.filter((c) => c.cluster === cluster && c.region === region && c.state === 'proven')
      .sort((a, b) => ((a.takenAt ?? 0) < (b.takenAt ?? 0) ? 1 : -1));
    const bucket = vaultName(stage.cloud.account, region);
    const [found] = stage.cloud.s3.current(bucket, recoverKey(cluster, copy!.id));
    const page = found![1].body.toString('utf8');
    return { page, takenAt: copy!.takenAt!, script: scriptsOf(page) };
  }

  async function execute(script: string, environment: Readonly<Record<string, string>>) {
    const cli = new AwsCli(stage);
    try {
      return { ...(await cli.bash(script, environment)), calls: cli.calls };
    } finally {
      rmSync(cli.folder, { recursive: true });
    }
  }

  test.each([AWAY, HOME])('objects, in %s', async (region) => {
    const { script, takenAt } = newest('documents', region);
    const TARGET = `recovered-${region}`;
    stage.cloud.s3.createBucket({
      ...{ name: TARGET, region, account: stage.cloud.account, versioning: false, eventBridge: false },
    });
    const { code, said } = await execute(script, { TARGET, PREFIX: 'from-the-page/' });
    expect(said).toBe('');
    expect(code).toBe(0);
    const comparison = stage.files.get('documents')!.compareWith(TARGET, 'from-the-page/', takenAt);
    expect(comparison.differences).toEqual([]);
    expect(comparison.compared).toBeGreaterThan(30);
  });

  test('a shard that was altered is not recovered from', async () => {
    const { script } = newest('documents', AWAY);
    const bucket = vaultName(stage.cloud.account, AWAY);
    const wrong = script.replace('.read()', ".read() + b' '");
    expect(wrong).not.toBe(script);
    const { code, said } = await execute(wrong, { TARGET: bucket });
    expect(code).not.toBe(0);
    expect(said).toContain('shard 0 is not the one that the index names');
  });

  test('a database cluster, in the recovery region', async () => {
    const { script, takenAt } = newest('orders', AWAY);
    const { code, said, calls } = await execute(script, { NEW: 'orders-by-hand' });
    expect(said.replaceAll('{}\n', '')).toBe('');
    expect(code).toBe(0);
    expect(calls).toContain('rds create-db-instance');
    const comparison = stage.orders.get('orders')!.compareWith(stage.rowsOf(AWAY, 'orders-by-hand'), takenAt);
    expect(comparison.differences).toEqual([]);
    expect(comparison.compared).toBeGreaterThan(0);
  });

  test('a restore with Holdfast leaves a receipt there, and the checker of receipts misses one that is hidden', async () => {
    const { status } = await stage.execute(AWAY, 'restore', { cluster: 'documents', to: 'latest' });
    expect(status).toBe('SUCCEEDED');
    expect(receiptsFollow(stage)).toEqual([]);
    const hidden = { Bucket: vaultName(stage.cloud.account, AWAY), Key: receiptKey(1) };
    const call = { account: stage.cloud.account, region: AWAY, principal: 'root', now: stage.now };
    stage.cloud.s3.call('DeleteObject', hidden, call);
    expect(receiptsFollow(stage)).toMatchObject([
      expect.stringContaining('the chain goes on to number 1'),
      expect.stringContaining('has no receipt there'),
    ]);
  });
});

/** All shell text of a page, in its order. */
const scriptsOf = (page: string): string =>
  [...page.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, text]) => text).join('\n');
