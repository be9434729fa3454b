import type { Instant } from '../../core/time/instant.ts';
import type { RandomStream } from '../random/streams.ts';
import { type Call, type EmbeddedService, NotModelled } from '../service.ts';
import { cryptoOperations } from './api-crypto.ts';
import { keyOperations } from './api-keys.ts';
import { signOperations } from './api-sign.ts';
import { invalidUsage } from './errors.ts';
import type { Operation } from './operation.ts';
import { type Key, type KeySpec, KeyStore } from './store.ts';

/** What a service wants to do with a key. `DescribeKey` needs it to exist, the others need it to work. */
export type KeyUse = 'Encrypt' | 'Decrypt' | 'GenerateDataKey' | 'CreateGrant' | 'DescribeKey';

/**
 * AWS KMS, all regions: symmetric customer managed keys with their states, aliases, grants and encryption contexts, and
 * P-256 keys that sign. KMS signs with a nonce of chance; here the same key and message have one signature (signing.ts).
 *
 * Does not model:
 * - permissions: key policies are stored and shown, the transport judges them; grants are kept and give no rights;
 * - multi-Region keys, imported material, custom key stores, asymmetric keys of other specs, HMAC keys, rotation, tags;
 * - AWS managed keys (`alias/aws/…`);
 * - eventual consistency: states, aliases and grants hold at once; grant tokens are answered and not taken.
 */
export class Kms implements EmbeddedService {
  readonly name = 'kms';
  readonly #store: KeyStore;
  readonly #requests = new Map<string, number>();

  /** @param random the stream that key ids, key material, nonces and grant ids are drawn from */
  constructor(random: RandomStream) {
    this.#store = new KeyStore(random);
  }

  call(operation: string, input: object, call: Call): object {
    const run = OPERATIONS[operation];
    if (!run) throw new NotModelled('kms', operation);
    this.#requests.set(operation, (this.#requests.get(operation) ?? 0) + 1);
    return run(operation, this.#store, input, call);
  }

  get requests(): ReadonlyMap<string, number> {
    return this.#requests;
  }

  createKey(spec: KeySpec): { readonly keyId: string; readonly arn: string } {
    const key = this.#store.create(spec);
    return { keyId: key.id, arn: key.arn };
  }

  /** @param alias with its prefix: `alias/holdfast-vault` */
  createAlias(spec: { region: string; account: string; alias: string; target: string }): string {
    if (!/^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/.test(spec.alias))
      throw new Error(`an alias starts with alias/ and not with alias/aws/; received ${spec.alias}`);
    const arn = `arn:aws:kms:${spec.region}:${spec.account}:${spec.alias}`;
    this.#store.alias(arn, this.#store.key(spec.region, spec.target, undefined), false);
    return arn;
  }

  /** All keys, for whoever evaluates their policies. */
  get keys(): Iterable<Pick<Key, 'arn' | 'id' | 'spec' | 'state'>> {
    return this.#store.keys;
  }

  /** `alias/…` of every alias that points to a key. */
  aliasesOf(keyArn: string): readonly string[] {
    return this.#store.aliasesOf(keyArn);
  }

  /**
   * Asked by S3 and RDS before they use a key. Answers its ARN, or throws KMS's own error: `NotFoundException` for a
   * key that is missing or of another region, `DisabledException`, `KMSInvalidStateException` when pending deletion.
   * Without `now`, a key whose deletion is due still counts as pending.
   */
  check(region: string, key: string, use: KeyUse, now?: Instant): string {
    const found = this.#store.resolve(region, key, now);
    if (use === 'DescribeKey') return found.arn;
    found.mustBeEnabled();
    if (found.usage !== 'ENCRYPT_DECRYPT') throw invalidUsage(`${found.arn} does not encrypt.`);
    return found.arn;
  }
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...keyOperations,
  ...cryptoOperations,
  ...signOperations,
};
