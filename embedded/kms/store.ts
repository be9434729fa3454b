import { createHash } from 'node:crypto';
import type { Instant } from '../../core/time/instant.ts';
import type { RandomStream } from '../random/streams.ts';
import { alreadyExists, disabled, notFound, pendingDeletion } from './errors.ts';

export interface Grant {
  readonly id: string;
  readonly token: string;
  readonly name: string | undefined;
  readonly grantee: string;
  readonly retiring: string | undefined;
  readonly operations: readonly string[];
  readonly constraints: object | undefined;
  readonly createdAt: Instant;
}

/** How the deployer makes a key. */
export interface KeySpec {
  readonly region: string;
  readonly account: string;
  readonly description?: string | undefined;
  /** Stored for whoever evaluates permissions; KMS itself does not read it. */
  readonly policy?: object | undefined;
  /** Signs and does nothing else. @default a symmetric key, which encrypts */
  readonly keySpec?: 'ECC_NIST_P256' | undefined;
  readonly now: Instant;
}

export class Key {
  readonly spec: KeySpec;
  readonly id: string;
  readonly arn: string;
  /** What ciphertexts and signatures are made with; it dies with the key. */
  readonly material: Buffer;
  readonly grants: Grant[] = [];
  enabled = true;
  deletesAt: Instant | undefined;

  constructor(spec: KeySpec, id: string, material: Buffer) {
    this.spec = spec;
    this.id = id;
    this.arn = `arn:aws:kms:${spec.region}:${spec.account}:key/${id}`;
    this.material = material;
  }

  get usage(): 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY' {
    return this.spec.keySpec === undefined ? 'ENCRYPT_DECRYPT' : 'SIGN_VERIFY';
  }

  get state(): 'Enabled' | 'Disabled' | 'PendingDeletion' {
    if (this.deletesAt !== undefined) return 'PendingDeletion';
    return this.enabled ? 'Enabled' : 'Disabled';
  }

  /** Refuses what needs a key that works ("Key states of AWS KMS keys", KMS Developer Guide). */
  mustBeEnabled(): void {
    if (this.state === 'Disabled') throw disabled(this.arn);
    this.mustNotBePending();
  }

  mustNotBePending(): void {
    if (this.state === 'PendingDeletion') throw pendingDeletion(this.arn);
  }
}

const regionOf = (arn: string): string => arn.split(':')[3] ?? '';

const isGone = (key: Key, now: Instant | undefined): boolean =>
  key.deletesAt !== undefined && now !== undefined && key.deletesAt <= now;

/** Keys and aliases of all regions. An ARN names its region; a bare id or alias is looked up in the caller's. */
export class KeyStore {
  readonly #random: RandomStream;
  readonly #keys = new Map<string, Key>();
  /** Alias ARN → key ARN. */
  readonly #aliases = new Map<string, string>();

  constructor(random: RandomStream) {
    this.#random = random;
  }

  get keys(): Iterable<Key> {
    return this.#keys.values();
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.#random.between(0, 255)));
  }

  hex(bytes: number): string {
    return this.bytes(bytes).toString('hex');
  }

  create(spec: KeySpec): Key {
    const id = this.hex(16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const key = new Key(spec, id, createHash('sha256').update(this.bytes(32)).digest());
    this.#keys.set(key.arn, key);
    return key;
  }

  /** An alias names a key of its own region and account, and can be pointed elsewhere later. */
  alias(arn: string, target: Key, replace: boolean): void {
    if (!replace && this.#aliases.has(arn)) throw alreadyExists(arn);
    this.#aliases.set(arn, target.arn);
  }

  /** The names of the aliases that point to a key. */
  aliasesOf(keyArn: string): readonly string[] {
    return [...this.#aliases].flatMap(([alias, target]) =>
      target === keyArn ? [alias.slice(alias.indexOf(':alias/') + 1)] : [],
    );
  }

  /** A key by id or ARN. */
  key(region: string, name: string, now: Instant | undefined): Key {
    const arn = name.startsWith('arn:') ? name : this.#arnOf(region, name);
    if (regionOf(arn) !== region) throw notFound(`Invalid arn ${regionOf(arn)}`);
    const key = this.#keys.get(arn);
    if (!key || isGone(key, now)) throw notFound(`Key '${arn}' does not exist`);
    return key;
  }

  /** A key by id, ARN, alias or alias ARN. A bare alias is looked for in every account of the region. */
  resolve(region: string, name: string, now: Instant | undefined): Key {
    if (!/^(alias\/|arn:[^:]+:kms:[^:]*:[^:]*:alias\/)/.test(name)) return this.key(region, name, now);
    const arn = name.startsWith('arn:') ? name : this.#aliasArn(region, name);
    if (regionOf(arn) !== region) throw notFound(`Invalid arn ${regionOf(arn)}`);
    const target = this.#aliases.get(arn);
    if (!target) throw notFound(`Alias ${arn} is not found.`);
    return this.key(region, target, now);
  }

  /** A key by id; undefined when it is gone or of another region. */
  find(region: string, id: string, now: Instant | undefined): Key | undefined {
    for (const key of this.#keys.values())
      if (key.id === id && key.spec.region === region) return isGone(key, now) ? undefined : key;
    return undefined;
  }

  #arnOf(region: string, id: string): string {
    const key = this.find(region, id, undefined);
    if (!key) throw notFound(`Key '${id}' does not exist`);
    return key.arn;
  }

  #aliasArn(region: string, alias: string): string {
    for (const arn of this.#aliases.keys())
      if (regionOf(arn) === region && arn.endsWith(`:${alias}`)) return arn;
    throw notFound(`Alias ${alias} is not found.`);
  }
}
