import { NotModelled } from '../../service.ts';
import { isRefused, type Location, type ObjectStore, printS3Error } from '../object-store.ts';
import type { CommandLine } from './argv.ts';
import { BrFailure } from './failure.ts';
import type { BrProcess } from './process.ts';

/** Parameters of a URI and the flags that mean the same, as members of PutObject. */
const PUT_MEMBERS = {
  'storage-class': 'StorageClass',
  sse: 'ServerSideEncryption',
  'sse-kms-key-id': 'SSEKMSKeyId',
} as const;

/** They change nothing here: there is one endpoint, and no ACLs. */
const WITHOUT_EFFECT = ['force-path-style', 'use-accelerate-endpoint', 'acl', 'provider', 'region'];
/** They would make the calls somebody else's. */
const OTHER_IDENTITY = [
  'access-key',
  'secret-access-key',
  'session-token',
  'endpoint',
  'role-arn',
  'external-id',
];

const invalidConfig = (what: string): BrFailure =>
  new BrFailure(what, 'BR:ExternalStorage:ErrStorageInvalidConfig');

/** Reads `s3://bucket/prefix?…` and the flags that go with it. */
function parseStorage(uri: string | undefined, line: CommandLine): Omit<Location, 'region'> {
  if (!uri) throw invalidConfig('empty store is not allowed');
  const [, scheme, bucket, path = '', query = ''] =
    /^([a-z0-9]+):\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(uri) ?? [];
  if (scheme !== 's3') throw invalidConfig(`storage ${uri} not support yet`);
  if (!bucket) throw invalidConfig(`please specify the bucket for s3 in ${uri}`);
  const given = new Map<string, string>(new URLSearchParams(query));
  for (const name of [...Object.keys(PUT_MEMBERS), ...WITHOUT_EFFECT, ...OTHER_IDENTITY]) {
    const flag = `s3.${name}`;
    // A parameter of the URI wins over the flag.
    if (!given.has(name) && FLAGS.includes(name) && line.has(flag)) given.set(name, line.text(flag)!);
  }
  const put: Record<string, string> = {};
  for (const [name, value] of given) {
    if (OTHER_IDENTITY.includes(name)) throw new NotModelled('tidb', `the storage parameter ${name}`);
    const member = PUT_MEMBERS[name as keyof typeof PUT_MEMBERS];
    if (member) put[member] = value;
    else if (!WITHOUT_EFFECT.includes(name)) throw invalidConfig(`unknown parameter ${name} in ${uri}`);
  }
  const prefix = path.replace(/^\/+|\/+$/g, '');
  return { bucket, prefix: prefix === '' ? '' : `${prefix}/`, put };
}

/** Parameters that are flags too. */
const FLAGS = [
  'endpoint',
  'region',
  'storage-class',
  'sse',
  'sse-kms-key-id',
  'acl',
  'provider',
  'role-arn',
  'external-id',
];

/** Where the bucket lies, as S3 says it to whoever asks in the wrong region too. */
async function detectRegion(process: BrProcess, bucket: string): Promise<string> {
  const asked = process.run.region;
  try {
    const { BucketRegion } = await process.s3(asked)('HeadBucket', { Bucket: bucket });
    return (BucketRegion as string | undefined) ?? asked;
  } catch (error) {
    const { $response } = error as { $response?: { headers?: Record<string, string> } };
    const found = $response?.headers?.['x-amz-bucket-region'];
    if (found !== undefined) return found;
    // S3 names the region even to those whom it lets see nothing else.
    if (isRefused(error)) return asked;
    throw new BrFailure(`failed to get region of bucket ${bucket}: ${printS3Error(error)}`);
  }
}

/** Opens a storage as the task's role. */
export async function openStorage(
  process: BrProcess,
  line: CommandLine,
  uri: string | undefined,
): Promise<ObjectStore> {
  const parsed = parseStorage(uri, line);
  const region = await detectRegion(process, parsed.bucket);
  const asked = line.text('s3.region');
  if (asked !== undefined && asked !== region)
    throw new BrFailure(
      `s3 bucket and region are not matched, bucket=${parsed.bucket}, input region=${asked}, real region=${region}`,
    );
  const location: Location = { ...parsed, region };
  return process.objects(location);
}
