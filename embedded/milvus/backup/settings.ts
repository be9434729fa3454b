import { NotModelled } from '../../service.ts';

/** The configuration panics before the command runs: exit code 2. */
export class Panic extends Error {}

/** What the tool prints behind `Error: `. */
export class ToolError extends Error {}

/** Keys of v0.5 with the variables that override them, and what configs/backup.yaml of the image says (contract, section 4). */
const KEYS: Readonly<Record<string, readonly [inFile: string, variable?: string]>> = {
  'log.level': ['info'],
  'milvus.address': ['localhost', 'MILVUS_ADDRESS'],
  'milvus.port': ['19530', 'MILVUS_PORT'],
  'milvus.user': ['root', 'MILVUS_USER'],
  'milvus.password': ['Milvus', 'MILVUS_PASSWORD'],
  'milvus.tlsMode': ['0'],
  'minio.storageType': ['minio'],
  'minio.address': ['localhost', 'MINIO_ADDRESS'],
  'minio.port': ['9000', 'MINIO_PORT'],
  'minio.region': ['', 'MINIO_REGION'],
  'minio.accessKeyID': ['minioadmin', 'MINIO_ACCESS_KEY'],
  'minio.secretAccessKey': ['minioadmin', 'MINIO_SECRET_KEY'],
  'minio.useSSL': ['false', 'MINIO_USE_SSL'],
  'minio.useIAM': ['false', 'MINIO_USE_IAM'],
  'minio.iamEndpoint': ['', 'MINIO_IAM_ENDPOINT'],
  'minio.bucketName': ['a-bucket', 'MINIO_BUCKET_NAME'],
  'minio.rootPath': ['files', 'MINIO_ROOT_PATH'],
  'minio.backupStorageType': ['minio'],
  'minio.backupAddress': ['localhost', 'MINIO_BACKUP_ADDRESS'],
  'minio.backupPort': ['9000', 'MINIO_BACKUP_PORT'],
  'minio.backupRegion': ['', 'MINIO_BACKUP_REGION'],
  'minio.backupUseSSL': ['false', 'MINIO_BACKUP_USE_SSL'],
  'minio.backupUseIAM': ['false', 'MINIO_BACKUP_USE_IAM'],
  'minio.backupIamEndpoint': ['', 'MINIO_BACKUP_IAM_ENDPOINT'],
  'minio.backupBucketName': ['a-bucket', 'MINIO_BACKUP_BUCKET_NAME'],
  'minio.backupRootPath': ['backup', 'MINIO_BACKUP_ROOT_PATH'],
  'minio.crossStorage': ['false'],
  'backup.gcPause.enable': ['true', 'BACKUP_GC_PAUSE_ENABLE'],
  'backup.gcPause.address': ['http://localhost:9091', 'BACKUP_GC_PAUSE_ADDRESS'],
};

/** One side's storage. */
export interface StorageSettings {
  readonly region: string;
  readonly bucket: string;
  readonly rootPath: string;
}

export interface ToolSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly tls: boolean;
  readonly milvus: StorageSettings;
  readonly backup: StorageSettings;
  readonly gcPause: { readonly enabled: boolean; readonly address: string };
}

/** `--set`, then the environment, then the file. A key that the tool does not know it takes in silence; here it is refused. */
export function settingsOf(
  overrides: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string>>,
): ToolSettings {
  for (const key of overrides.keys())
    if (!(key in KEYS)) throw new NotModelled('milvus-backup', `the configuration key ${key}`);
  const text = (key: string): string => {
    const [inFile, variable] = KEYS[key]!;
    return overrides.get(key) ?? (variable === undefined ? undefined : environment[variable]) ?? inFile;
  };
  const port = (key: string): number => {
    const value = text(key);
    if (/^\d+$/.test(value)) return Number(value);
    throw new Panic(
      `cfg: parse int value ${value}: strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`,
    );
  };
  const side = (prefix: 'minio.' | 'minio.backup'): StorageSettings => {
    const of = (name: string) =>
      prefix === 'minio.' ? `minio.${name}` : `minio.backup${name[0]!.toUpperCase()}${name.slice(1)}`;
    const region = text(of('region'));
    if (
      text(of('address')) !== `s3.${region}.amazonaws.com` ||
      port(of('port')) !== 443 ||
      text(of('useSSL')) !== 'true'
    )
      throw new ToolError(`create storage: dial tcp: lookup ${text(of('address'))}: no such host`);
    if (text(of('useIAM')) !== 'true') throw new ToolError('create storage: InvalidAccessKeyId: minioadmin');
    return { region, bucket: text(of('bucketName')), rootPath: text(of('rootPath')) };
  };
  return {
    host: text('milvus.address'),
    port: port('milvus.port'),
    user: text('milvus.user'),
    password: text('milvus.password'),
    tls: text('milvus.tlsMode') !== '0',
    milvus: side('minio.'),
    backup: side('minio.backup'),
    gcPause: { enabled: text('backup.gcPause.enable') === 'true', address: text('backup.gcPause.address') },
  };
}
