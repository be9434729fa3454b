import { describe, expect, test } from 'vitest';
import { permissionsOf } from './permissions.ts';
import { PRIMARY, RECOVERY, synthesized } from './synthesized.ts';
import { shop, TIKV, TIKV_THERE, till, withTidb } from './tidb-installation.ts';

const template = synthesized(withTidb({ shop, till }));
const permissions = (region: string) =>
  permissionsOf(region, template(`Holdfast-${region}`), template(`Holdfast-Store-${region}`));
const here = permissions(PRIMARY);
const there = permissions(RECOVERY);
// Roles that have no policy of their own: what they may is what the vault says.
here.iam.addRole(TIKV);
there.iam.addRole(TIKV_THERE);
/** TiKV of `till`: a role of the account with a policy of its own that the configuration does not name. */
const TILL_TIKV = 'arn:aws:iam::111111111111:role/till-tikv';
here.iam.attach(TILL_TIKV, { Statement: { Effect: 'Allow', Action: ['s3:*', 'kms:*'], Resource: '*' } });

const POINT = 'shop-hourly-20261121t030000z';
const SST = `shop/${POINT}/data/store1/1_2_3.sst`;
const CHECKPOINT = `shop/${POINT}/data/checkpoints/backup/checkpoint.meta`;
const MANIFEST = `shop/${POINT}/manifest/index.json`;
const LOG = 'shop/log/20261101t000000z/v1/20261101/00/1/x.log';
const OTHER_SST = 'till/till-hourly-20261121t030000z/data/store1/1_2_3.sst';
const DOCUMENT = 'documents/documents-hourly-20261121t030000z/data/a.pdf';

/** Which of the keys a role may do this to. */
const among = (
  { may }: typeof here,
  role: string,
  operation: string,
  keys: readonly string[] = [SST, CHECKPOINT, MANIFEST, LOG, OTHER_SST, DOCUMENT, 'work/shop/x'],
): readonly string[] => keys.filter((Key) => may(role, operation, { Key }));

describe('BR in the primary', () => {
  test('stores and reads recovery points and the log of its own cluster', () => {
    for (const operation of ['PutObject', 'UploadPart', 'GetObject', 'AbortMultipartUpload'])
      expect(among(here, 'br-shop', operation), operation).toEqual([SST, CHECKPOINT, LOG]);
  });

  test('takes away its progress and what it truncates of the log, and no file of a recovery point', () => {
    expect(among(here, 'br-shop', 'DeleteObject')).toEqual([CHECKPOINT, LOG]);
  });

  test('deletes no version of anything', () => {
    for (const Key of [SST, CHECKPOINT, LOG])
      expect(here.may('br-shop', 'DeleteObject', { Key, VersionId: 'v1' }), Key).toBe(false);
  });

  test('lists its own folder and no other', () => {
    const may = (Prefix?: string) => here.may('br-shop', 'ListObjectsV2', { Prefix });
    expect(may(`shop/${POINT}/data/`)).toBe(true);
    expect([may(), may(''), may('shop'), may('till/'), may('shop-two/')]).toEqual(Array(5).fill(false));
  });

  test('stays in its folder although another policy lets it out', () => {
    here.iam.attach('arn:aws:iam::111111111111:role/holdfast-eu-west-1-br-till', {
      Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    });
    expect(among(here, 'br-till', 'PutObject')).toEqual([OTHER_SST]);
    expect(among(here, 'br-till', 'DeleteObject')).toEqual([]);
  });
});

describe('TiKV in the primary', () => {
  test('is let in by its name: stores and reads what its cluster backs up, and takes nothing away', () => {
    for (const operation of ['PutObject', 'UploadPart', 'GetObject', 'AbortMultipartUpload'])
      expect(among(here, TIKV, operation), operation).toEqual([SST, CHECKPOINT, LOG]);
    expect(among(here, TIKV, 'DeleteObject')).toEqual([]);
    expect(here.may(TIKV, 'ListObjectsV2', { Prefix: `shop/${POINT}/data/` })).toBe(true);
    expect(here.may(TIKV, 'ListObjectsV2', { Prefix: 'till/' })).toBe(false);
  });

  test('stores by its own policy where its role is not named, and still nothing of another cluster', () => {
    const items = [OTHER_SST, SST, DOCUMENT];
    expect(among(here, TILL_TIKV, 'PutObject', items)).toEqual([OTHER_SST]);
    expect(among(here, TILL_TIKV, 'DeleteObject', items)).toEqual([]);
  });
});

test('the poller of captures empties folders of TiDB clusters, and nothing else although a policy lets it', () => {
  const clusters = [SST, CHECKPOINT, OTHER_SST];
  expect(among(here, 'poll-capture', 'DeleteObject')).toEqual(clusters);
  expect(here.may('poll-capture', 'DeleteObject', { Key: SST, VersionId: 'v1' })).toBe(false);
  here.iam.attach('arn:aws:iam::111111111111:role/holdfast-eu-west-1-poll-capture', {
    Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
  });
  expect(among(here, 'poll-capture', 'DeleteObject')).toEqual(clusters);
});

describe('in a recovery region', () => {
  test('BR reads recovery points, and writes and takes away in the log only', () => {
    expect(among(there, 'br-shop', 'GetObject')).toEqual([SST, CHECKPOINT, LOG]);
    for (const operation of ['PutObject', 'DeleteObject'])
      expect(among(there, 'br-shop', operation), operation).toEqual([LOG]);
  });

  test('TiKV of another account reads, and stores nothing', () => {
    expect(among(there, TIKV_THERE, 'GetObject')).toEqual([SST, CHECKPOINT, LOG]);
    for (const operation of ['PutObject', 'DeleteObject'])
      expect(among(there, TIKV_THERE, operation), operation).toEqual([]);
  });
});

test("Holdfast's own writers go on storing what is theirs", () => {
  expect(among(here, 'capture-shard', 'PutObject', [SST, DOCUMENT])).toEqual([SST, DOCUMENT]);
  expect(among(here, 'discard-expired', 'DeleteObject', [SST, LOG])).toEqual([SST, LOG]);
});
