import type { GetParameterRequest, PutParameterRequest } from '@aws-sdk/client-ssm';
import type { Instant } from '../../core/time/instant.ts';
import { AwsError, type Call, type EmbeddedService, NotModelled, onlyModelled } from '../service.ts';

interface Parameter {
  readonly name: string;
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  readonly version: number;
  readonly modifiedAt: Instant;
}

/** Parameter Store: bytes of a standard parameter. */
const STANDARD_BYTES = 4_096;

/**
 * SSM's Parameter Store, as far as somebody reads a parameter and writes it.
 *
 * Does not model: tiers but the standard one, policies, labels, history, decryption, tags, data types, quotas of calls.
 */
export class Ssm implements EmbeddedService {
  readonly name = 'ssm';
  readonly #regions = new Map<string, Map<string, Parameter>>();

  /** Puts a parameter there, as its owner would. */
  seed(region: string, name: string, value: string, now: Instant, type: Parameter['type'] = 'String'): void {
    this.#put(region, { name, type, value, now });
  }

  /** What applications of a region read; undefined when there is no such parameter. */
  valueOf(region: string, name: string): string | undefined {
    return this.#regions.get(region)?.get(name)?.value;
  }

  call(operation: string, input: object, { region, now, account }: Call): object {
    switch (operation) {
      case 'GetParameter': {
        onlyModelled('ssm', operation, input, ['Name']);
        const { Name: name = '' } = input as GetParameterRequest;
        const found = this.#regions.get(region)?.get(name);
        if (!found) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
        if (found.type === 'SecureString')
          throw new NotModelled('ssm', 'reading a SecureString: what it is encrypted with is not modelled');
        return {
          Parameter: {
            ...{ Name: name, Type: found.type, Value: found.value, Version: found.version },
            LastModifiedDate: new Date(found.modifiedAt),
            ARN: `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`,
            DataType: 'text',
          },
        };
      }
      case 'PutParameter': {
        onlyModelled('ssm', operation, input, ['Name', 'Value', 'Type', 'Overwrite']);
        return this.#write(input as PutParameterRequest, region, now);
      }
      default:
        throw new NotModelled('ssm', operation);
    }
  }

  #write(
    { Name: name = '', Value: value = '', Type, Overwrite }: PutParameterRequest,
    region: string,
    now: Instant,
  ) {
    const found = this.#regions.get(region)?.get(name);
    if (found && !Overwrite)
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    const type = found?.type ?? Type;
    if (type === undefined)
      throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
    if (Buffer.byteLength(value) > STANDARD_BYTES || value === '')
      throw new AwsError(
        'ValidationException',
        `Standard tier parameters support a maximum parameter value of ${STANDARD_BYTES} characters.`,
      );
    return { Version: this.#put(region, { name, type, value, now }), Tier: 'Standard' };
  }

  #put(
    region: string,
    { now, ...parameter }: Omit<Parameter, 'version' | 'modifiedAt'> & { now: Instant },
  ): number {
    const here = this.#regions.get(region) ?? new Map<string, Parameter>();
    this.#regions.set(region, here);
    const version = (here.get(parameter.name)?.version ?? 0) + 1;
    here.set(parameter.name, { ...parameter, version, modifiedAt: now });
    return version;
  }
}
