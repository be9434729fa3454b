import type { GetSecretValueRequest, GetSecretValueResponse } from '@aws-sdk/client-secrets-manager';
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
 * Secrets Manager, as far as somebody reads a secret.
 *
 * Does not model: binary secrets, versions and stages besides the current one, rotation, replication (each region is
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

  call(operation: string, input: object, { region }: Call): GetSecretValueResponse {
    if (operation !== 'GetSecretValue') throw new NotModelled('secrets', operation);
    onlyModelled('secrets', operation, input, ['SecretId']);
    const { SecretId: id } = input as GetSecretValueRequest;
    const secret = this.#find(region, id ?? '');
    if (!secret)
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: secret.versionId,
      SecretString: secret.value,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(secret.createdAt),
    };
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
