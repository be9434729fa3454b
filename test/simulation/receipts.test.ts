import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { receiptKey } from '../../core/receipts/canonical.ts';
import { days } from '../../core/time/instant.ts';
import { ALERTS_TOPIC, receiptsKeyAliasArn, vaultName } from '../../lib/names.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { receiptsFollow } from './checkers/receipts-follow.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';
import { asOwner } from './owner.ts';

const FILES: HoldfastInput = {
  ...FLEETING,
  plans: { files: FLEETING.plans['files']! },
  clusters: { documents: FLEETING.clusters['documents']! },
};

let blueprint: Blueprint;
let stage: Stage;
let heard: HoldfastEvent[];

/** Three restores, so that the chain of the recovery region has a middle. */
beforeAll(async () => {
  blueprint = await Blueprint.of(FILES);
  stage = blueprint.stage(23);
  heard = announcements(stage);
  const { account, topics } = stage.cloud;
  topics.subscribe(`arn:aws:sns:${AWAY}:${account}:${ALERTS_TOPIC}`, 'email', 'oncall@example.com');
  stage.files.get('documents')!.scheduleDay(4);
  await stage.run(days(2));
  for (let n = 0; n < 3; n++) {
    const run = await stage.execute(AWAY, 'restore', { cluster: 'documents', to: 'latest' });
    expect(run.status).toBe('SUCCEEDED');
  }
});
afterAll(() => blueprint?.close());

const told = (name: HoldfastEvent['name']) => heard.filter((event) => event.name === name);
const rings = (region: string): string | undefined =>
  stage.cloud.monitoring.alarms
    .find((alarm) => alarm.region === region && alarm.input.AlarmName === 'holdfast-receipt-chain-broken')
    ?.transitions.at(-1)?.to;

describe('the chain of receipts', () => {
  it('is found whole every morning, in each region by itself', async () => {
    await stage.run(days(1));
    expect(told('ReceiptChainBroken')).toEqual([]);
    expect([rings(HOME), rings(AWAY)]).toEqual(['OK', 'OK']);
  });

  it('rings in its own region and mails its runbook when somebody has hidden a receipt', async () => {
    const Bucket = vaultName(stage.cloud.account, AWAY);
    const call = { account: stage.cloud.account, region: AWAY, principal: 'root', now: stage.now };
    const hidden = stage.cloud.s3.call('DeleteObject', { Bucket, Key: receiptKey(2) }, call);
    const { VersionId } = hidden as { VersionId: string };
    await stage.run(days(1));
    expect(told('ReceiptChainBroken')).toMatchObject([
      { region: AWAY, sentence: expect.stringContaining('000000000002.json is missing') },
    ]);
    expect([rings(HOME), rings(AWAY)]).toEqual(['OK', 'ALARM']);
    const mails = stage.cloud.topics.inbox.map(({ message }) => message);
    expect(
      mails.filter((mail) => /ReceiptChainBroken in eu-central-1: .*receipt-chain-broken\.md/.test(mail)),
    ).toHaveLength(1);
    stage.cloud.s3.call('DeleteObject', { Bucket, Key: receiptKey(2), VersionId }, call);
    await stage.run(days(2));
    expect(told('ReceiptChainBroken')).toHaveLength(1);
    expect(rings(AWAY)).toBe('OK');
  });

  it('heals by itself: what ended while its key was disabled has a receipt the morning after the key is back', async () => {
    const key = receiptsKeyAliasArn(stage.cloud.account, AWAY);
    const KeyId = stage.cloud.kms.check(AWAY, key, 'DescribeKey');
    asOwner(stage, 'kms', 'DisableKey', { KeyId }, AWAY);
    const restored = await stage.execute(AWAY, 'restore', { cluster: 'documents', to: 'latest' });
    const drilled = await stage.execute(AWAY, 'drill', { cluster: 'documents' });
    expect([restored.status, drilled.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(receiptsFollow(stage)).toHaveLength(2);
    await stage.run(days(1));
    expect(told('ReceiptNotWritten').map(({ reason }) => reason?.name)).toEqual([
      'KeyNotUsable',
      'KeyNotUsable',
    ]);
    expect(told('ReceiptWrittenLate')).toEqual([]);
    asOwner(stage, 'kms', 'EnableKey', { KeyId }, AWAY);
    await stage.run(days(1));
    expect(receiptsFollow(stage)).toEqual([]);
    expect(told('ReceiptWrittenLate').map(({ facts }) => facts)).toMatchObject([
      { kind: 'restore', receipt: 4 },
      { kind: 'drill', receipt: 5 },
    ]);
    const [drill] = await stage.until(recordsIn(AWAY).drills.drills('documents'));
    expect(drill!.receipt).toBe(5);
    await stage.run(days(1));
    expect(told('ReceiptWrittenLate')).toHaveLength(2);
    expect(told('ReceiptChainBroken')).toHaveLength(1);
    expect(permissionsSuffice(stage)).toEqual([]);
  });
});
