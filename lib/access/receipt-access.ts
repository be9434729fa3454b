import type { IRole } from 'aws-cdk-lib/aws-iam';
import { anyKeyArn, RECEIPTS_KEY_ALIAS } from '../names.ts';
import { allow } from './statement.ts';

/** The key that signs receipts in one region. */
export class ReceiptAccess {
  readonly #keys: string;

  constructor(account: string, region: string) {
    this.#keys = anyKeyArn(account, region);
  }

  /** Signs, and shows the public key that verifies what was signed. */
  grantSign(role: IRole): void {
    allow(role, {
      actions: ['kms:Sign', 'kms:GetPublicKey'],
      resources: [this.#keys],
      conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': RECEIPTS_KEY_ALIAS } },
      because: 'the key is named by its alias: its id is known only to the stack that made it',
    });
  }

  /** Shows the public keys of this one and of those that it replaced, which keep a name that begins like it. */
  grantShow(role: IRole): void {
    allow(role, {
      actions: ['kms:GetPublicKey'],
      resources: [this.#keys],
      conditions: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': `${RECEIPTS_KEY_ALIAS}*` } },
      because: 'the key is named by its alias: its id is known only to the stack that made it',
    });
  }
}
