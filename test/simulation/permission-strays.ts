import { Buffer } from 'node:buffer';
import type { Stage } from '../../cli/stage.ts';
import { receiptKey } from '../../core/receipts/canonical.ts';
import { days } from '../../core/time/instant.ts';
import { receiptsKeyAliasArn, vaultName } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { AWAY, HOME } from './installations.ts';
import { asOwner } from './owner.ts';

/** What nobody claims, and a copy that is not there: what reconciling is for. A receipt that somebody hid, and one that was not written. */
export async function strays(stage: Stage): Promise<void> {
  const { account } = stage.cloud;
  for (const region of [HOME, AWAY]) {
    const Bucket = vaultName(account, region);
    const Key = 'documents/documents-daily-20260101t030000z/data/a.txt';
    asOwner(stage, 's3', 'PutObject', { Bucket, Key, Body: Buffer.from('debris') }, region);
    asOwner(stage, 's3', 'DeleteObject', { Bucket, Key: receiptKey(1) }, region);
    await withoutReceipt(stage, region);
  }
  const copy = catalogOf(stage, HOME).copies.find(
    ({ region, state }) => region === AWAY && state === 'proven',
  );
  if (copy) {
    const away = vaultName(account, AWAY);
    for (const [Key] of [...stage.cloud.s3.current(away, `${copy.cluster}/${copy.id}/`)])
      asOwner(stage, 's3', 'DeleteObject', { Bucket: away, Key }, AWAY);
    // Before a scrub puts back what is hidden.
    for (const region of [AWAY, HOME]) await stage.execute(region, 'reconcile', {});
  }
  await stage.run(days(3));
}

/** A restore that ends while the key that signs is disabled: the check of the next morning writes its receipt. */
async function withoutReceipt(stage: Stage, region: string): Promise<void> {
  const { account, kms } = stage.cloud;
  const KeyId = kms.check(region, receiptsKeyAliasArn(account, region), 'DescribeKey');
  asOwner(stage, 'kms', 'DisableKey', { KeyId }, region);
  await stage.execute(region, 'restore', { cluster: 'documents', to: 'latest' });
  asOwner(stage, 'kms', 'EnableKey', { KeyId }, region);
}

/** Bytes that rot in a vault: with a twin, with one that was discarded elsewhere, and with none. */
export async function rot(stage: Stage): Promise<void> {
  const vault = (region: string) => vaultName(stage.cloud.account, region);
  const keys = [...stage.cloud.s3.current(vault(HOME), 'documents/')]
    .map(([key]) => key)
    .filter((key) => [...stage.cloud.s3.current(vault(AWAY), key)].length > 0);
  const sample = ['/manifest/shard', '/data/', '/long/'].map(
    (kind) => keys.find((key) => key.includes(kind))!,
  );
  for (const [region, other] of [
    [HOME, AWAY],
    [AWAY, HOME],
  ] as const) {
    for (const key of sample) stage.cloud.s3.corrupt(vault(region), key);
    await stage.execute(region, 'verify', {});
    for (const Key of sample) {
      stage.cloud.s3.corrupt(vault(region), Key);
      asOwner(stage, 's3', 'DeleteObject', { Bucket: vault(other), Key }, other);
    }
    await stage.execute(region, 'verify', {});
    await stage.execute(other, 'verify', {});
  }
  const lost = keys.find((key) => key.includes('/data/') && !sample.includes(key))!;
  for (const region of [HOME, AWAY]) stage.cloud.s3.corrupt(vault(region), lost);
  for (const region of [AWAY, HOME]) await stage.execute(region, 'verify', {});
}
