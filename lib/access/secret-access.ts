import type { IRole } from 'aws-cdk-lib/aws-iam';
import { anyKeyArn } from '../names.ts';
import { allow } from './statement.ts';
import { KEY_BY_USE } from './vault-access.ts';

/** Reads these secrets of this region, and no other. */
export function allowSecrets(
  role: IRole,
  { account, region }: { readonly account: string; readonly region: string },
  secrets: readonly string[],
): void {
  allow(role, { actions: ['secretsmanager:GetSecretValue'], resources: secrets });
  // Only a key of the account's own asks for it: AWS's key for Secrets Manager lets everyone in who may read the secret.
  if (secrets.length > 0)
    allow(role, {
      actions: ['kms:Decrypt'],
      resources: [anyKeyArn(account, region)],
      conditions: {
        StringEquals: {
          'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
          'kms:EncryptionContext:SecretARN': secrets.length === 1 ? secrets[0]! : secrets,
        },
      },
      because: KEY_BY_USE,
    });
}
