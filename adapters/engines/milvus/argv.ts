import { InvalidConfiguration } from '../../../core/errors/registry.ts';
import type { MilvusReach } from '../../../core/plan/installation.ts';

/** Where the tool reads and writes in a vault. */
export interface BackupPlace {
  readonly bucket: string;
  /** Without slashes at its ends. */
  readonly rootPath: string;
}

/**
 * The configuration that the image brings along. It names MinIO, and Milvus's default user and password, so that whatever
 * it says of an address or of credentials is overridden here: `--set` beats the environment, which beats the file.
 */
const CONFIG = '/app/configs/backup.yaml';

/** All lines below a warning are of no use to anyone, and would push the warnings out of what is read of a log. */
const LOG_LEVEL = 'warn';

const S3_PORT = 443;

type Setting = readonly [key: string, value: string | number | boolean];

/**
 * Values are split at commas by the tool's parser of flags, and quotes mean something to it. No secret stands here: everybody
 * who may describe a task reads its command.
 */
function set([key, value]: Setting): string[] {
  const text = String(value);
  if (/[",\r\n]/.test(text))
    throw new InvalidConfiguration(
      `${key} of milvus-backup would be ${JSON.stringify(text)}, and its flags take no commas, quotes or line breaks; correct the reach of the cluster`,
    );
  return ['--set', `${key}=${text}`];
}

/** Credentials come as MILVUS_USER and MILVUS_PASSWORD; where Milvus asks for none, the file's own are taken away. */
const milvus = ({ host, port, tls, secret }: MilvusReach): readonly Setting[] => [
  ['milvus.address', host],
  ['milvus.port', port],
  ['milvus.tlsMode', tls ? 1 : 0],
  ...(secret === undefined
    ? ([
        ['milvus.user', ''],
        ['milvus.password', ''],
      ] as const)
    : []),
];

const endpoint = (region: string): string => `s3.${region}.amazonaws.com`;

/** The vault and Milvus's own bucket lie in one region, so that S3 copies between them and nothing passes through the task. */
const storage = (
  { bucket, rootPath }: MilvusReach,
  region: string,
  backup: BackupPlace,
): readonly Setting[] => [
  ['minio.storageType', 'aws'],
  ['minio.address', endpoint(region)],
  ['minio.port', S3_PORT],
  ['minio.region', region],
  ['minio.useSSL', true],
  ['minio.useIAM', true],
  ['minio.iamEndpoint', ''],
  ['minio.bucketName', bucket],
  ['minio.rootPath', rootPath],
  ['minio.backupStorageType', 'aws'],
  ['minio.backupAddress', endpoint(region)],
  ['minio.backupPort', S3_PORT],
  ['minio.backupRegion', region],
  ['minio.backupUseSSL', true],
  ['minio.backupUseIAM', true],
  ['minio.backupIamEndpoint', ''],
  ['minio.backupBucketName', backup.bucket],
  ['minio.backupRootPath', backup.rootPath],
  ['minio.crossStorage', false],
];

/** Its default is the task itself, where nobody answers, and the tool only warns of that. */
const pause = ({ management }: MilvusReach): readonly Setting[] => [
  ['backup.gcPause.enable', true],
  ['backup.gcPause.address', `http://${management}`],
];

const configured = (reach: MilvusReach, region: string, backup: BackupPlace): string[] => [
  '--config',
  CONFIG,
  ...(
    [
      ...milvus(reach),
      ...storage(reach, region, backup),
      ...pause(reach),
      ['log.level', LOG_LEVEL],
    ] as Setting[]
  ).flatMap(set),
];

/** What the task definition's entry point, the tool itself, is given. */
export const createArgv = (
  reach: MilvusReach,
  region: string,
  to: BackupPlace,
  name: string,
  collections: readonly string[],
): string[] => [
  ...configured(reach, region, to),
  'create',
  '-n',
  name,
  ...(collections.length > 0 ? ['--filter', collections.join(',')] : []),
];

export interface RestoreOrder {
  readonly name: string;
  /** Behind the name of every collection. */
  readonly suffix: string;
  /** As the collections are called once they have the suffix; empty for all. */
  readonly filter: readonly string[];
}

/** Milvus from 2.4 on restores through its REST API, some ten times faster; older ones are no target at all. */
export const restoreArgv = (
  reach: MilvusReach,
  region: string,
  from: BackupPlace,
  { name, suffix, filter }: RestoreOrder,
): string[] => [
  ...configured(reach, region, from),
  'restore',
  '-n',
  name,
  '-s',
  suffix,
  ...(filter.length > 0 ? ['--filter', filter.join(',')] : []),
  '--rebuild_index',
  '--use_v2_restore',
];
