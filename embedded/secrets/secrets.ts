import type {
  GetSecretValueRequest,
  GetSecretValueResponse,
  PutSecretValueRequest,
  PutSecretValueResponse,
} from '@aws-sdk/client-secrets-manager';
import type { Instant } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import type { RandomStream } from '../random/streams.ts';
import { uuid } from '../random/uuid.ts';
import { AwsError, type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly versionId: string;
  readonly value: string;
  readonly createdAt: Instant;
  /** What it was before the last write: AWSPREVIOUS. */
  readonly previous?: Secret;
}

export interface SecretSeed {
  readonly region: string;
  readonly name: string;
  readonly value: string;
  /** @default drawn: the name and six characters */
  readonly arn?: string;
}

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];

/**
 * Secrets Manager, as far as somebody reads a secret and writes it.
 *
 * Does not model: binary secrets, versions and stages besides the current one and the one before it, request tokens, rotation, replication (each region is
 * seeded by itself), deletion with a waiting time, resource policies, keys.
 */
export class Secrets implements EmbeddedService {
  readonly name = 'secrets-manager';
  readonly #world: World;
  readonly #account: string;
  readonly #regions = new Map<string, Map<string, Secret>>();

  constructor(world: World, account: string) {
    this.#world = world;
    this.#account = account;
  }

  /** Puts a secret there, or gives the one of that name a new value. Answers its ARN. */
  seed({ region, name, value, arn }: SecretSeed): string {
    const chance = this.#world.random('secrets');
    const secrets = this.#regions.get(region) ?? new Map<string, Secret>();
    this.#regions.set(region, secrets);
    const named = secrets.get(name)?.arn ?? arn ?? drawnArn(region, this.#account, name, chance);
    secrets.set(name, { arn: named, name, versionId: uuid(chance), value, createdAt: this.#world.now() });
    return named;
  }

  /** The ARN of a secret by its name or ARN; undefined when there is none in the region. */
  arnOf(region: string, id: string): string | undefined {
    return this.#find(region, id)?.arn;
  }

  /** Its text; undefined when there is none in the region. */
  valueOf(region: string, id: string): string | undefined {
    return this.#find(region, id)?.value;
  }

  call(operation: string, input: object, call: Call): GetSecretValueResponse | PutSecretValueResponse {
    if (operation === 'PutSecretValue') return this.#put(input, call);
    if (operation !== 'GetSecretValue') throw new NotModelled('secrets', operation);
    onlyModelled('secrets', operation, input, ['SecretId', 'VersionId']);
    const { SecretId: id, VersionId: version } = input as GetSecretValueRequest;
    const newest = this.#known(call.region, id);
    // What it was before a write stays for whoever knows the version.
    const secret = version === undefined || version === newest.versionId ? newest : newest.previous;
    if (!secret || (version !== undefined && secret.versionId !== version))
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for VersionId: ${version}`,
      );
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: secret.versionId,
      SecretString: secret.value,
      VersionStages: [secret === newest ? 'AWSCURRENT' : 'AWSPREVIOUS'],
      CreatedDate: new Date(secret.createdAt),
    };
  }

  #put(input: object, { region, now }: Call): PutSecretValueResponse {
    onlyModelled('secrets', 'PutSecretValue', input, ['SecretId', 'SecretString']);
    const { SecretId: id, SecretString: value = '' } = input as PutSecretValueRequest;
    const { arn, name, versionId, value: before, createdAt } = this.#known(region, id);
    const previous = { arn, name, versionId, value: before, createdAt };
    const next: Secret = {
      ...{ arn, name, value, previous },
      versionId: uuid(this.#world.random('secrets')),
      createdAt: now,
    };
    this.#regions.get(region)!.set(name, next);
    return { ARN: arn, Name: name, VersionId: next.versionId, VersionStages: ['AWSCURRENT'] };
  }

  #known(region: string, id: string | undefined): Secret {
    const secret = this.#find(region, id ?? '');
    if (secret) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  #find(region: string, id: string): Secret | undefined {
    const secrets = this.#regions.get(region);
    return secrets?.get(id) ?? [...(secrets?.values() ?? [])].find(({ arn }) => arn === id);
  }
}

const drawnArn = (region: string, account: string, name: string, chance: RandomStream): string => {
  const end = Array.from({ length: 6 }, () => chance.pick(LETTERS)).join('');
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${end}`;
};
