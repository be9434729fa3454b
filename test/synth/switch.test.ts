import { expect, test } from 'vitest';
import type { HoldfastInput } from '../../core/plan/input.ts';
import config from '../../holdfast.config.ts';
import { rightsOf } from './rights.ts';
import { PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const values = { [PRIMARY]: 'a.shop.example', [RECOVERY]: 'b.shop.example' };
const switched = synthesized({
  ...config,
  clusters: {
    ...config.clusters,
    documents: {
      ...config.clusters['documents']!,
      restoreInto: { [RECOVERY]: { bucket: 'acme-documents-dr' } },
      switch: [
        { parameter: '/shop/documents' },
        { secret: 'shop/documents', field: 'bucket' },
        { record: 'documents.shop.example', hostedZone: 'Z123', values },
      ],
    },
  },
  groups: { shop: { layers: [['documents']] } },
} as HoldfastInput);

test('what switches may write the parameters, secrets and names that it is told, on both sides, and no other', () => {
  const rights = rightsOf(switched(`Holdfast-${RECOVERY}`))['switch-cluster']!;
  const services = rights.filter((right) => /^(ssm|secretsmanager|route53|kms)/.test(right));
  const read = services.map((right) => right.replace(/arn:aws:[a-z0-9]+:([a-z0-9-]*):\d*:/g, '$1 '));
  const there = (region: string, keys: string): string[] => {
    const secret = `${region} secret:shop/documents-??????`;
    const use = `when kms:EncryptionContext:SecretARN=${secret} and kms:ViaService=secretsmanager.${region}.amazonaws.com`;
    return [
      `kms:Decrypt on keys(${keys}) ${use}`,
      `kms:GenerateDataKey on keys(${keys}) ${use}`,
      `secretsmanager:GetSecretValue on ${secret}`,
      `secretsmanager:PutSecretValue on ${secret}`,
      `ssm:GetParameter on ${region} parameter/shop/documents`,
      `ssm:PutParameter on ${region} parameter/shop/documents`,
    ];
  };
  expect(read.toSorted()).toEqual(
    [
      // A way back is switched from where the group still is.
      ...there(PRIMARY, 'primary'),
      ...there(RECOVERY, 'recovery'),
      'route53:ChangeResourceRecordSets on  hostedzone/Z123 when route53:ChangeResourceRecordSetsActions=UPSERT and route53:ChangeResourceRecordSetsNormalizedRecordNames=documents.shop.example and route53:ChangeResourceRecordSetsRecordTypes=CNAME',
      'route53:ListResourceRecordSets on  hostedzone/Z123',
    ].toSorted(),
  );
});
